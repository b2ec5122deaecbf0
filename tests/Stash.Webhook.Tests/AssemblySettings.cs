// Meters are collected by name across a process: two webhooks at once would find each other's numbers in their own /metrics.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

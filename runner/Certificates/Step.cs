namespace Stash.Runner.Certificates;

/// <summary>What to do next.</summary>
internal abstract record Step
{
    private Step()
    {
    }

    /// <summary>Nothing; look again from a time on.</summary>
    /// <param name="Renewal">When the certificate is due.</param>
    internal sealed record Done(DateTimeOffset? Renewal) : Step;

    /// <summary>Nothing, ever: somebody else keeps the Secret.</summary>
    /// <param name="Reason">Who, and what to do.</param>
    internal sealed record Refuse(string Reason) : Step;

    /// <summary>Wait for something that others make.</summary>
    /// <param name="Reason">For what.</param>
    internal sealed record Await(string Reason) : Step;

    /// <summary>Wait until a time.</summary>
    /// <param name="Until">When.</param>
    internal sealed record Settle(DateTimeOffset Until) : Step;

    /// <summary>Make a new pair the next one; create the Secret where there is none.</summary>
    /// <param name="Reason">Why one is needed.</param>
    /// <param name="Issued">The pair; null: make one.</param>
    /// <param name="ServeAtOnce">Nobody serves anything yet: it is the first.</param>
    internal sealed record Prepare(string Reason, ServingPair? Issued, bool ServeAtOnce) : Step;

    /// <summary>Have registrations trust exactly these.</summary>
    /// <param name="Trust">Whom.</param>
    /// <param name="Registrations">Which ones do not yet.</param>
    internal sealed record Publish(TrustBundle Trust, IReadOnlyList<Registration> Registrations) : Step;

    /// <summary>Write the Secret.</summary>
    /// <param name="Secret">As it should be.</param>
    /// <param name="What">What that does.</param>
    internal sealed record Write(KeptSecret Secret, string What) : Step;
}

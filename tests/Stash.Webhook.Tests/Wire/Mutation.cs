using System.Text;

namespace Stash.Webhook.Tests.Wire;

/// <summary>A text with a few bytes changed at random.</summary>
internal static class Mutation
{
    private static readonly string[] Pieces = ["{", "}", "[", "]", "null", "\"", "\\ud800", "1e999", "-", "true", ",", ":", "{}", "[]", "\u0000", "\u00ff"];

    public static byte[] Of(byte[] seed, Random random)
    {
        var body = seed.ToList();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(body.Count);
            switch (random.Next(4))
            {
                case 0:
                    body[at] = (byte)random.Next(256);
                    break;
                case 1:
                    body.RemoveRange(at, Math.Min(random.Next(1, 20), body.Count - at));
                    break;
                case 2:
                    body.InsertRange(at, Encoding.Latin1.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                default:
                    ReplaceValue(body, at, random);
                    break;
            }
        }

        return [.. body];
    }

    // Swaps the value of the next property for another kind of value: JSON that stays whole but has wrong types.
    private static void ReplaceValue(List<byte> body, int at, Random random)
    {
        var start = body.FindIndex(at, one => one == (byte)':');
        var end = start < 0 ? -1 : body.FindIndex(start + 1, one => one is (byte)',' or (byte)'}');
        if (end > start + 1 && start >= 0 && body[start + 1] is not ((byte)'{' or (byte)'['))
        {
            string[] values = ["null", "7", "\"\"", "[]", "{}", "true", "1e999", "[null]", "\"\\u0000\""];
            body.RemoveRange(start + 1, end - start - 1);
            body.InsertRange(start + 1, Encoding.UTF8.GetBytes(values[random.Next(values.Length)]));
        }
    }
}

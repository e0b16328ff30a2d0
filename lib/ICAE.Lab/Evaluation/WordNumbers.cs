using System.Runtime.InteropServices;

namespace ICAE.Lab.Evaluation;

/// <summary>Numbers words in the order in which they come up, so that n-grams of words are counted as n-grams of numbers.</summary>
internal sealed class WordNumbers
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    public int[] Number(IReadOnlyList<string> words)
    {
        var numbers = new int[words.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, words[i], out var known);
            if (!known)
                number = _numbers.Count - 1;
            numbers[i] = number;
        }
        return numbers;
    }
}

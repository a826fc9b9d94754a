using System.Security.Cryptography;
using System.Text;

namespace Assay.Grading.Intake;

/// <summary>What was handed in: texts in memory, nothing on disk.</summary>
/// <param name="Name">Folder or file name.</param>
/// <param name="Files">By path, ordinally.</param>
public sealed record Submission(string Name, IReadOnlyList<FileRecord> Files)
{
    /// <summary>SHA-256 over paths and texts, each with its length, so that no two sets of files run together.</summary>
    public string Hash { get; } = HashOf(Files);

    private static string HashOf(IReadOnlyList<FileRecord> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            foreach (var part in new[] { file.Path, file.Text })
            {
                var bytes = Encoding.UTF8.GetBytes(part);
                hash.AppendData(BitConverter.GetBytes(bytes.LongLength));
                hash.AppendData(bytes);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>A submission cannot be read as one; the message says what to hand in instead.</summary>
public sealed class RejectedException(string message) : Exception(message);

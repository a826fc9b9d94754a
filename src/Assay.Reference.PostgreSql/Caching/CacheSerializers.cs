using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Caching.Hybrid;

namespace Assay.Reference.PostgreSql.Caching;

/// <summary>The serializer of each type: of the given factories the first that has one, then text as UTF-8, bytes as they are, and JSON.</summary>
internal sealed class CacheSerializers(IReadOnlyList<IHybridCacheSerializerFactory> factories)
{
    private readonly ConcurrentDictionary<Type, object> _found = new();

    public byte[] Write<T>(T value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Of<T>().Serialize(value, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    public T Read<T>(byte[] payload) => Of<T>().Deserialize(new ReadOnlySequence<byte>(payload));

    private IHybridCacheSerializer<T> Of<T>() => (IHybridCacheSerializer<T>)_found.GetOrAdd(typeof(T), static (_, all) => Find<T>(all), factories);

    private static IHybridCacheSerializer<T> Find<T>(IReadOnlyList<IHybridCacheSerializerFactory> factories)
    {
        foreach (var factory in factories)
        {
            if (factory.TryCreateSerializer<T>(out var own))
                return own;
        }

        return new TextSerializer() as IHybridCacheSerializer<T> ?? new BytesSerializer() as IHybridCacheSerializer<T> ?? new JsonOf<T>();
    }

    private sealed class TextSerializer : IHybridCacheSerializer<string>
    {
        // Strict: what cannot be read back as it was is not stored.
        private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

        public string Deserialize(ReadOnlySequence<byte> source) => s_utf8.GetString(source);

        public void Serialize(string value, IBufferWriter<byte> target) => s_utf8.GetBytes(value, target);
    }

    private sealed class BytesSerializer : IHybridCacheSerializer<byte[]>
    {
        public byte[] Deserialize(ReadOnlySequence<byte> source) => source.ToArray();

        public void Serialize(byte[] value, IBufferWriter<byte> target) => target.Write(value);
    }

    private sealed class JsonOf<T> : IHybridCacheSerializer<T>
    {
        public T Deserialize(ReadOnlySequence<byte> source)
        {
            var reader = new Utf8JsonReader(source);
            return JsonSerializer.Deserialize<T>(ref reader)!;
        }

        public void Serialize(T value, IBufferWriter<byte> target)
        {
            using var writer = new Utf8JsonWriter(target);
            JsonSerializer.Serialize(writer, value);
        }
    }
}

using System;

namespace Candidate;

/// <summary>A value and its places in two rings.</summary>
internal sealed class Entry
{
    public Entry(string key, string value, TimeSpan setAt)
    {
        (Key, Value, SetAt) = (key, value, setAt);
        Use = new Link(this);
        Age = new Link(this);
    }

    public string Key { get; }

    public string Value { get; }

    public TimeSpan SetAt { get; }

    public Link Use { get; }

    public Link Age { get; }

    public static Entry Head() => new("", "", TimeSpan.Zero);
}

/// <summary>A place in a ring.</summary>
internal sealed class Link
{
    private Link _previous;

    public Link(Entry owner)
    {
        Owner = owner;
        Next = _previous = this;
    }

    public Entry Owner { get; }

    public Link Next { get; private set; }

    public void LinkBefore(Link other)
    {
        (_previous, Next) = (other._previous, other);
        _previous.Next = this;
        other._previous = this;
    }

    public void Unlink()
    {
        _previous.Next = Next;
        Next._previous = _previous;
        Next = _previous = this;
    }
}

using Assay.Analyzers.Rules.Errors;
using Assay.CodeFixes.Rules.Errors;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Errors;

public sealed class UnawaitedTryTests : RuleTests<UnawaitedTry, UnawaitedTryFix>
{
    [Fact]
    public Task A_task_returned_out_of_a_try_is_flagged() => Flags(
        """
        class C(HttpClient client)
        {
            Task<string> Read(string url)
            {
                try { return {|ASSAY3006:client.GetStringAsync(url)|}; }
                {|#0:catch|} (HttpRequestException) { return Task.FromResult(""); }
            }
            Task Save(string path, bool isNew)
            {
                try
                {
                    if (isNew) return {|ASSAY3006:File.WriteAllTextAsync(path, "")|};
                    using (var lines = new StringReader("")) { var saving = File.WriteAllTextAsync(path, ""); return {|ASSAY3006:saving|}; }
                }
                {|#1:catch|} (IOException ex) { Console.WriteLine(ex); return Task.CompletedTask; }
            }
            ValueTask<string> Wrapped(string url)
            {
                try { return {|ASSAY3006:new ValueTask<string>(client.GetStringAsync(url))|}; }
                {|#2:catch|} (HttpRequestException) { return new(""); }
            }
            Func<string, Task<string>> Lambda() => url =>
            {
                try { return {|ASSAY3006:client.GetStringAsync(url)|}; }
                {|#3:catch|} (HttpRequestException) { return Task.FromResult(""); }
            };
        }
        """,
        messages:
        [
            "'GetStringAsync' is not awaited inside the try: the catch at line 6 never sees it fail, for the try has ended by then",
            "'WriteAllTextAsync' is not awaited inside the try: the catch at line 15 never sees it fail, for the try has ended by then",
            "'WriteAllTextAsync' is not awaited inside the try: the catch at line 15 never sees it fail, for the try has ended by then",
            "'GetStringAsync' is not awaited inside the try: the catch at line 20 never sees it fail, for the try has ended by then",
            "'GetStringAsync' is not awaited inside the try: the catch at line 25 never sees it fail, for the try has ended by then",
        ]);

    [Fact]
    public Task A_handler_that_throws_and_a_try_with_more_work_are_suggestions() => Flags(
        """
        class C(HttpClient client)
        {
            Task<string> Read(string url)
            {
                try { return [|client.GetStringAsync(url)|]; }
                catch (HttpRequestException ex) { Console.WriteLine(ex); throw; }
            }
            Task<string> Next(Queue<string> urls)
            {
                try { var url = urls.Dequeue(); return [|client.GetStringAsync(url)|]; }
                catch (InvalidOperationException) { return Task.FromResult(""); }
            }
        }
        """,
        severity: Microsoft.CodeAnalysis.DiagnosticSeverity.Info);

    [Fact]
    public Task Awaited_and_completed_tasks_are_ignored() => Ignores(
        """
        class C(HttpClient client)
        {
            async Task<string> Read(string url)
            {
                try { return await client.GetStringAsync(url); } catch (HttpRequestException) { return ""; }
            }
            Task<int> Parse(string text)
            {
                try { return Task.FromResult(int.Parse(text)); } catch (FormatException) { return Task.FromResult(0); }
            }
            ValueTask<int> ParseValue(string text)
            {
                try { return new ValueTask<int>(int.Parse(text)); } catch (FormatException) { return new(0); }
            }
            Task<int> Checked(string text)
            {
                try { return Parse(text); } catch (FormatException) { return Task.FromResult(0); }
            }
            Task<string> Guarded(string url)
            {
                try { return client.GetStringAsync(url); } catch (Exception ex) { return Task.FromException<string>(ex); }
            }
            Task<string> GuardedByHelper(string url)
            {
                try { return client.GetStringAsync(url); } catch (Exception ex) { return Failed(ex); }
            }
            static Task<string> Failed(Exception ex) => Task.FromException<string>(ex);
            Task<string> Careful(string url)
            {
                try { return Fetch(url); } catch (UriFormatException) { return Task.FromResult(""); }
            }
            async Task<string> Fetch(string url)
            {
                try { return await client.GetStringAsync(url); } catch (HttpRequestException) { return ""; }
            }
            Task<string> Behind(string url)
            {
                try { Console.WriteLine(url); } catch (IOException) { return client.GetStringAsync(""); }
                return client.GetStringAsync(url);
            }
            Task<string> Finally(string url)
            {
                try { return client.GetStringAsync(url); } finally { Console.WriteLine(url); }
            }
            Task Reflected(System.Reflection.MethodInfo method)
            {
                try { return (Task)method.Invoke(null, null)!; } catch (System.Reflection.TargetInvocationException) { return Task.CompletedTask; }
            }
            object NotAsTask(string url)
            {
                try { return client.GetStringAsync(url); } catch (UriFormatException) { return ""; }
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class C { Task M() { try { return Unknown(); } catch (Exception) { return } } }", allowErrors: true);

    [Fact]
    public Task The_function_awaits() => Fixes(
        """
        interface IReader { Task<string> Read(string url); }
        class C(HttpClient client) : IReader
        {
            public Task<string> Read(string url)
            {
                try
                {
                    return [|client.GetStringAsync(url)|];
                }
                catch (HttpRequestException)
                {
                    return Task.FromResult("");
                }
            }

            Task Save(string path)
            {
                try
                {
                    // all of it
                    return [|File.WriteAllTextAsync(path, "")|];
                }
                catch (IOException ex)
                {
                    Console.WriteLine(ex);
                    throw;
                }
            }

            Task ByReference(ref string path)
            {
                try { return [|File.WriteAllTextAsync(path, "")|]; } catch (IOException) { throw; }
            }
        }
        """,
        """
        interface IReader { Task<string> Read(string url); }
        class C(HttpClient client) : IReader
        {
            public async Task<string> Read(string url)
            {
                try
                {
                    return await client.GetStringAsync(url);
                }
                catch (HttpRequestException)
                {
                    return "";
                }
            }

            async Task Save(string path)
            {
                try
                {
                    // all of it
                    await File.WriteAllTextAsync(path, "");
                    return;
                }
                catch (IOException ex)
                {
                    Console.WriteLine(ex);
                    throw;
                }
            }

            Task ByReference(ref string path)
            {
                try { return [|File.WriteAllTextAsync(path, "")|]; } catch (IOException) { throw; }
            }
        }
        """,
        title: "Await the task inside the try");

    [Fact]
    public Task A_task_chosen_by_a_switch_is_flagged() => Flags(
        """
        class Quotes
        {
            Task<int> Load(int source)
            {
                try { return [|source switch { 0 => FromCacheAsync(), _ => FromFeedAsync() }|]; }
                catch (IOException) { return Task.FromResult(0); }
            }
            async Task<int> FromCacheAsync() { await Task.Delay(5); return 1; }
            async Task<int> FromFeedAsync() { await Task.Delay(5); return 2; }
        }
        """);
}

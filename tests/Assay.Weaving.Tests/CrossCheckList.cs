namespace Assay.Weaving.Tests;

/// <summary>Where rules and exploration differ, and why neither is wrong. A case that they come to agree on must leave this list: a test fails otherwise.</summary>
internal static class CrossCheckList
{
    /// <summary>Why a finding is not reproduced.</summary>
    public static IReadOnlyDictionary<string, string[]> NotExecutable { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["A wait, a sleep or a request under a lock costs others their time, and no answer is wrong."] =
        [
            "Async.A_wait_for_a_task_under_the_lock_others_need", "Callbacks.A_thread_sleeps_under_the_lock", "Callbacks.A_helper_waits_under_the_lock_of_its_caller",
            "DisposeFlags.A_connect_waits_for_the_network_under_the_lock", "ExceptionPaths.A_finally_gives_the_semaphore_back", "ExceptionPaths.A_catch_releases_and_rethrows",
            "Semaphores.A_semaphore_is_waited_for_under_a_monitor",
        ],
        ["Code of others under a lock goes wrong when it waits there for a thread that needs the lock; what programs hand over waits for nobody."] =
        [
            "Callbacks.A_delegate_parameter_runs_under_the_lock", "Callbacks.Observers_are_told_under_the_write_lock", "CompletionsUnderLock.A_plain_source_is_completed_under_the_lock",
            "CompletionsUnderLock.A_source_is_cancelled_under_the_lock", "CompletionsUnderLock.A_registration_is_disposed_under_the_semaphore",
            "CompletionsUnderLock.A_source_is_cancelled_under_a_spin_lock", "Events.An_event_is_raised_under_the_lock", "Inheritance.A_hook_of_subclasses_runs_under_the_lock",
            "UsingDeclarations.A_scope_is_held_over_an_await",
        ],
        ["Strangers can take the lock too; in the source itself there are none."] =
        [
            "LockHierarchies.A_lock_on_this_and_on_a_type", "DisposeFlags.A_public_synchronized_method_locks_what_strangers_can_lock",
        ],
        ["One write of a reference, and each call reads it once: some order explains every answer, and when others come to see it is a matter of memory."] =
        [
            "Inheritance.A_generic_base_hands_down_its_semaphore",
        ],
        ["Two calls have to meet a third between two reads, and the programs that the list is held to are too few to come to that."] =
        [
            "Accessors.A_synchronized_setter_and_a_bare_one",
        ],
        ["It works with what belongs to the machine: a file, a socket. That is not controlled."] =
        [
            "Async.A_mutex_is_held_over_an_await", "DisposeFlags.A_connect_flag_lets_two_connect", "ExceptionPaths.A_catch_rethrows_without_release",
            "ReaderWriterUpgrades.A_write_lock_is_held_over_an_await",
        ],
        ["What would go wrong is not reached by any call of the source: nothing fills the queue, and nothing writes what is read."] =
        [
            "Async.An_await_between_enter_and_exit_of_a_lock", "TryEnterTimeouts.A_reader_that_times_out_exits_all_the_same",
        ],
        ["The stream is disposed of twice, which streams allow: the suggestion is about those that do not."] =
        [
            "DisposeFlags.A_dispose_is_checked_and_then_set",
        ],
        ["The caller's loop stays on its thread, which gives the lock back; the suggestion is about one that does not."] =
        [
            "Iterators.An_iterator_yields_between_enter_and_exit",
        ],
    };

    /// <summary>Why a trap is accused: exploration shares every object between threads, and takes every call for a single step.</summary>
    public static IReadOnlyDictionary<string, string[]> Accused { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Its registration or its purpose gives each object to one thread; exploration, which is asked about the class alone, shares it."] =
        [
            "Properties.A_counter_property_of_a_scoped_service_is_counted_up", "Registrations.A_transient_creates_its_connection_on_first_use",
            "UsingDeclarations.A_reader_scope_of_a_wrapper_is_written_in",
        ],
        ["Nodes of one tree share its lock; exploration moves between two trees, where the class really has a race."] =
        [
            "Transfers.Two_nodes_share_the_lock_of_their_tree",
        ],
        ["Its copy constructor is called under the lock by the class itself, and is public: exploration calls it too, where the class really has a race."] =
        [
            "Transfers.A_clone_calls_the_copy_constructor_under_the_lock",
        ],
        ["It takes the two locks one after the other, and promises no single step; exploration holds it to one."] =
        [
            "Transfers.A_merge_copies_the_other_under_its_lock_first",
        ],
    };

    /// <summary>The section of the page: how many there are of each, and the lists.</summary>
    public static string Page(IReadOnlyCollection<CrossCheckCase> cases)
    {
        var listed = NotExecutable.Sum(reason => reason.Value.Length);
        var accused = Accused.Sum(reason => reason.Value.Length);
        var bad = cases.Count(one => !one.IsTrap);
        return $"""
            | Types of the table | all | as expected | listed below |
            |---|---:|---:|---:|
            | with findings, reproduced by exploration | {bad} | {bad - listed} | {listed} |
            | traps, not accused by exploration | {cases.Count - bad} | {cases.Count - bad - accused} | {accused} |

            | Findings that are not reproduced, and why | Types |
            |---|---:|
            {Rows(NotExecutable)}

            | Traps that are accused, and why | Types |
            |---|---:|
            {Rows(Accused)}
            """.ReplaceLineEndings("\n");
    }

    private static string Rows(IReadOnlyDictionary<string, string[]> reasons) =>
        string.Join('\n', reasons.Select(reason => $"| {reason.Key} {string.Join(", ", reason.Value.Select(name => $"`{name}`"))} | {reason.Value.Length} |"));
}

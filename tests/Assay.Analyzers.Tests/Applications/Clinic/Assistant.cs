using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Clinic;

/// <summary>What patients write in the chat of the portal.</summary>
public sealed class PortalHub : Hub
{
    private readonly IChatClient _client;
    private readonly ILogger<PortalHub> _logger;

    public PortalHub(IChatClient client, ILogger<PortalHub> logger)
    {
        _client = client;
        _logger = logger;
    }

    /// <summary>The nickname is chosen in the portal and stands in the instructions.</summary>
    public async Task Ask(string nickname, string question)
    {
        if (question.Length > 1_000)
        {
            return;
        }

        var options = new ChatOptions { MaxOutputTokens = 300, Instructions = $"You help patients to find a doctor. You talk to {nickname}." }; // finds ASSAY9001
        var answer = await _client.GetResponseAsync(question, options, Context.ConnectionAborted);
        await Clients.Caller.SendAsync("answer", answer.Text, Context.ConnectionAborted);
    }

    /// <summary>Instructions are ours alone.</summary>
    public async Task AskPlainly(string question)
    {
        if (question.Length > 1_000)
        {
            return;
        }

        var options = new ChatOptions { MaxOutputTokens = 300, Instructions = "You help patients to find a doctor." };
        var answer = await _client.GetResponseAsync(question, options, Context.ConnectionAborted);
        _logger.LogInformation("Answered with {Length} characters", answer.Text.Length);
        await Clients.Caller.SendAsync("answer", answer.Text, Context.ConnectionAborted);
    }

    /// <summary>A whole novel as a question.</summary>
    public async Task AskAnything(string question)
    {
        var answer = await _client.GetResponseAsync(question, cancellationToken: Context.ConnectionAborted); // finds ASSAY9004
        await Clients.Caller.SendAsync("answer", answer.Text, Context.ConnectionAborted);
    }
}

/// <summary>What the model says where in the portal a question belongs.</summary>
public sealed class Route
{
    public string? Page { get; set; }

    public int Department { get; set; }
}

[ApiController]
[Route("api/guide")]
public sealed class GuideController : ControllerBase
{
    private static readonly Dictionary<string, string> s_pages = new() { ["book"] = "/appointments", ["bill"] = "/bills" };
    private static readonly ChatOptions s_options = new() { MaxOutputTokens = 100 };
    private readonly IChatClient _client;
    private readonly IConfiguration _configuration;

    public GuideController(IChatClient client, IConfiguration configuration)
    {
        _client = client;
        _configuration = configuration;
    }

    /// <summary>The model sends the browser wherever it likes.</summary>
    [HttpGet("go")]
    public async Task<IActionResult> Go([FromQuery] string wish, CancellationToken cancellationToken)
    {
        if (wish.Length > 200)
        {
            return BadRequest();
        }

        var answer = await AskAsync("Answer with the address of the page.", wish, cancellationToken);
        return Redirect(answer.Text); // finds ASSAY9002
    }

    /// <summary>The model chooses among our pages.</summary>
    [HttpGet("page")]
    public async Task<IActionResult> Page([FromQuery] string wish, CancellationToken cancellationToken)
    {
        if (wish.Length > 200)
        {
            return BadRequest();
        }

        var answer = await AskAsync("Answer with book or bill.", wish, cancellationToken);
        return s_pages.TryGetValue(answer.Text.Trim(), out var page) ? Redirect(page) : NotFound();
    }

    /// <summary>A pattern from the model can run for minutes.</summary>
    [HttpGet("filter")]
    public async Task<IActionResult> Filter([FromQuery] string wish, CancellationToken cancellationToken)
    {
        if (wish.Length > 200)
        {
            return BadRequest();
        }

        var answer = await AskAsync("Answer with a regular expression.", wish, cancellationToken);
        var pages = s_pages.Keys.Where(p => Regex.IsMatch(p, answer.Text)).ToList(); // finds ASSAY9002
        return Ok(pages);
    }

    /// <summary>A type of the model's choice.</summary>
    [HttpGet("widget")]
    public async Task<IActionResult> Widget([FromQuery] string wish, CancellationToken cancellationToken)
    {
        if (wish.Length > 200)
        {
            return BadRequest();
        }

        var answer = await AskAsync("Answer with the name of a widget.", wish, cancellationToken);
        var type = Type.GetType("Clinic.Widgets." + answer.Text); // finds ASSAY9002
        return type is null ? NotFound() : Ok(Activator.CreateInstance(type));
    }

    /// <summary>The department is used as the model wrote it.</summary>
    [HttpGet("department")]
    public async Task<IActionResult> Department([FromQuery] string wish, CancellationToken cancellationToken)
    {
        if (wish.Length > 200)
        {
            return BadRequest();
        }

        var answer = await AskAsync("Answer with JSON: page, department.", wish, cancellationToken);
        var route = JsonSerializer.Deserialize<Route>(answer.Text); // finds ASSAY9003
        string[] departments = ["surgery", "children", "eyes"];
        return Ok(departments[route!.Department]);
    }

    /// <summary>The department is looked at before it is used.</summary>
    [HttpGet("department/checked")]
    public async Task<IActionResult> CheckedDepartment([FromQuery] string wish, CancellationToken cancellationToken)
    {
        if (wish.Length > 200)
        {
            return BadRequest();
        }

        var answer = await AskAsync("Answer with JSON: page, department.", wish, cancellationToken);
        string[] departments = ["surgery", "children", "eyes"];
        try
        {
            var route = JsonSerializer.Deserialize<Route>(answer.Text);
            return route is null || route.Department < 0 || route.Department >= departments.Length ? NotFound() : Ok(departments[route.Department]);
        }
        catch (JsonException)
        {
            return NotFound();
        }
    }

    /// <summary>The model is told how to reach the database.</summary>
    [HttpGet("report")]
    public async Task<IActionResult> Report([FromQuery] string wish, CancellationToken cancellationToken)
    {
        if (wish.Length > 200)
        {
            return BadRequest();
        }

        var connectionString = _configuration.GetConnectionString("Clinic");
        var answer = await AskAsync($"Write a script. The database is {connectionString}.", wish, cancellationToken); // finds ASSAY9006
        return Ok(answer.Text);
    }

    private Task<ChatResponse> AskAsync(string instructions, string wish, CancellationToken cancellationToken)
    {
        return _client.GetResponseAsync([new ChatMessage(ChatRole.System, instructions), new ChatMessage(ChatRole.User, wish)], s_options, cancellationToken);
    }
}

/// <summary>What the model may do for a nurse.</summary>
public sealed class NurseTools(HttpClient records, ClinicContext context)
{
    public AIFunction[] Functions() =>
    [
        AIFunctionFactory.Create(RoomOf),
        AIFunctionFactory.Create(FetchAsync),
        AIFunctionFactory.Create(FetchRecordAsync),
        AIFunctionFactory.Create(LoadPlugin),
    ];

    [Description("The room of a patient.")]
    public string RoomOf(int patient) => context.Patients.Any(p => p.Id == patient) ? "12" : "unknown";

    [Description("Fetches an address.")]
    public Task<string> FetchAsync(string url, CancellationToken cancellationToken) =>
        records.GetStringAsync(url, cancellationToken); // finds ASSAY9005

    [Description("Fetches a record by its number.")]
    public Task<string> FetchRecordAsync(int number, CancellationToken cancellationToken) =>
        records.GetStringAsync($"records/{number}", cancellationToken);

    [Description("Loads a plugin.")]
    public static string LoadPlugin(string name) => Assembly.LoadFrom(name).FullName ?? ""; // finds ASSAY9005
}

using Assay.Analyzers.Rules.Observability;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Observability;

public sealed class SecretLoggedTests : RuleTests<SecretLogged>
{
    [Fact]
    public Task Values_named_like_secrets_are_flagged() => Flags(
        """
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.Logging;
        class Options { public string? ApiKey { get; set; } public string CardNumber { get; set; } = ""; }
        class C(ILogger logger, Options options, IConfiguration configuration)
        {
            string _clientSecret = "";
            void M(string userPassword, string access_token, byte[] privateKey, object credentialsPwd)
            {
                logger.LogInformation("Signing in {User} with {Password}", "a", [|userPassword|]);
                logger.LogInformation($"Token {[|access_token|]}");
                logger.LogInformation("Key " + [|options.ApiKey|]);
                logger.LogInformation("Key {Key} {Other}", [|options.ApiKey ?? "none"|], [|_clientSecret.ToString()|]);
                logger.LogInformation("Card {Card} {Key} {Pwd}", [|options.CardNumber|], [|privateKey|], [|credentialsPwd|]);
                logger.LogInformation("{A} {B} {C}", [|configuration["Jwt:SigningKey"]|], [|configuration.GetConnectionString("Shop")|], [|Environment.GetEnvironmentVariable("DB_PASSWORD")|]);
                var text = options.ApiKey;
                logger.LogInformation("Key {Key}", [|text|]);
            }
        }
        """);

    [Fact]
    public Task Secrets_through_texts_members_and_private_methods_are_flagged() => Flags(
        """
        using Microsoft.Extensions.Logging;
        class Options { public string ApiKey { get; set; } = ""; }
        class C(ILogger logger, Options options)
        {
            private readonly string _header = "X-Key: " + {|#0:options.ApiKey|};
            void M(string password, bool isShort)
            {
                logger.LogInformation("{Header}", [|{|#1:_header|}|]);
                var text = {|#3:"Signing in with " + {|#2:password|}|};
                logger.LogInformation([|text|]);
                var (name, value) = ("a", {|#4:password|});
                logger.LogInformation("{Name} {Value}", name, [|value|]);
                Write({|#5:password|});
            }
            private void Write(string line) => logger.LogInformation("{Line}", [|{|#6:line|}|]);
        }
        """);

    [Fact]
    public Task The_message_names_the_value() => Flags(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger) { void M(string password) { logger.LogInformation("Trying {Password}", [|password|]); } }
        """,
        messages: ["'password' is written to the log as it is: whoever can read the log, a backup or a support ticket can use it"]);

    [Fact]
    public Task Names_of_the_team_are_flagged() => Flags(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger) { void M(string customerTaxNumber, string pin) { logger.LogInformation("{A} {B}", [|customerTaxNumber|], [|pin|]); } }
        """,
        editorConfig: "ASSAY7003.names = pin, taxNumber");

    [Fact]
    public Task What_is_no_secret_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.Logging;
        class C(ILogger logger, IConfiguration configuration)
        {
            const string DefaultPassword = "changeit";
            void M(string password, bool hasPassword, string maskedPassword, string passwordHash, string secretName, string tokenEndpoint, string continuationToken,
                CancellationToken cancellationToken, int accessToken, string connectionStringName, string publicKeyToken, string key, string passwordPolicy, string customerTaxNumber)
            {
                logger.LogInformation("{A} {B} {C}", password.Length, hasPassword, maskedPassword);
                logger.LogInformation("{A} {B} {C}", passwordHash, secretName, tokenEndpoint);
                logger.LogInformation("{A} {B} {C}", continuationToken, cancellationToken, accessToken);
                logger.LogInformation("{A} {B} {C}", connectionStringName, publicKeyToken, key);
                logger.LogInformation("{A} {B} {C}", passwordPolicy, Mask(password), password is null);
                logger.LogInformation("{A} {B} {C}", DefaultPassword, nameof(password), configuration["Jwt:Issuer"]);
                logger.LogInformation("{A} {B}", customerTaxNumber, password == "x" ? "weak" : "fine");
                logger.LogInformation("The password is wrong");
                Console.WriteLine(password);
            }
            string Mask(string text) => "***";
        }
        """);

    [Fact]
    public Task Test_projects_are_ignored() => Ignores(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger) { void M(string password) { logger.LogInformation("Trying {Password}", password); } }
        namespace Xunit { class FactAttribute : Attribute; }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger) { void M() { logger.LogInformation("Trying {Password}", password); logger.LogInformation("", } }
        """, allowErrors: true);

    [Fact]
    public Task An_object_that_is_written_with_its_secret_is_flagged() => Flags(
        """
        using Microsoft.Extensions.Logging;
        record Login(string User, string Password);
        class Account { public string User { get; set; } = ""; public string ApiKey { get; set; } = ""; }
        class Entry(ILogger<Entry> log)
        {
            void Record(Login login) => log.LogInformation("login {Login}", [|login|]);
            void Interpolated(Login login) => log.LogInformation($"login {[|login|]}");
            void Added(Login login) => log.LogInformation("login " + [|login|]);
            void TakenApart(int attempt, Account account) => log.LogInformation("attempt {Attempt} of {@Account}", attempt, [|account|]);
        }
        """,
        messages:
        [
            "'login.Password' is written to the log as it is: whoever can read the log, a backup or a support ticket can use it",
            "'login.Password' is written to the log as it is: whoever can read the log, a backup or a support ticket can use it",
            "'login.Password' is written to the log as it is: whoever can read the log, a backup or a support ticket can use it",
            "'account.ApiKey' is written to the log as it is: whoever can read the log, a backup or a support ticket can use it",
        ]);

    [Fact]
    public Task An_object_that_is_written_without_its_secret_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Logging;
        record Login(string User, string Password) { public override string ToString() => User; }
        record Marked(string User, [property: LogMasked] string Password);
        class LogMaskedAttribute : Attribute;
        class Account { public string User { get; set; } = ""; public string ApiKey { get; set; } = ""; public int PasswordLength { get; set; } }
        class Entry(ILogger<Entry> log)
        {
            void OwnText(Login login) => log.LogInformation("login {Login}", login);
            void Named(Account account) => log.LogInformation("login {Account}", account);
            void Masked(Marked marked) => log.LogInformation("login {@Marked}", marked);
            void Other(int attempt, Account account) => log.LogInformation("attempt {@Attempt} of {Account}", attempt, account);
        }
        """);
}

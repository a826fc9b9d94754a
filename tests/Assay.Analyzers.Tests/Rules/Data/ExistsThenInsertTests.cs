using Assay.Analyzers.Rules.Data;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Data;

public sealed class ExistsThenInsertTests : RuleTests<ExistsThenInsert>
{
    [Fact]
    public Task A_row_that_is_added_because_none_was_found_is_flagged() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        class User { public int Id { get; set; } public string Mail { get; set; } = ""; }
        class ShopContext : DbContext { public DbSet<User> Users => Set<User>(); }
        class Accounts(ShopContext db)
        {
            public async Task<bool> RegisterAsync(string mail)
            {
                if (await {|#0:db.Users.AnyAsync(u => u.Mail == mail)|})
                    return false;
                db.Users.{|ASSAY5003:Add|}(new User { Mail = mail });
                await db.SaveChangesAsync();
                return true;
            }
        }
        """,
        messages:
        [
            "Two requests that both find no such 'User' at line 8 both add one here: the model has no unique index that keeps the second row out; add one, and handle its violation",
        ]);

    [Fact]
    public Task All_ways_to_ask_and_to_add_are_flagged() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        class User { public int Id { get; set; } public string Mail { get; set; } = ""; }
        class ShopContext : DbContext { public DbSet<User> Users => Set<User>(); }
        class Accounts(ShopContext db)
        {
            public async Task CountAsync(string mail)
            {
                var found = await db.Users.CountAsync(u => u.Mail == mail);
                if (found == 0)
                {
                    await db.[|AddAsync|](new User { Mail = mail });
                    await db.SaveChangesAsync();
                }
            }
            public async Task<User> GetOrAddAsync(string mail)
            {
                var user = await db.Users.Where(u => u.Mail == mail).FirstOrDefaultAsync();
                if (user is null)
                {
                    user = new User { Mail = mail };
                    db.Users.[|Add|](user);
                }
                await db.SaveChangesAsync();
                return user;
            }
            public async Task PrivateAsync(string mail)
            {
                if (!await ExistsAsync(mail))
                {
                    db.Users.[|Add|](new User { Mail = mail });
                    await SaveAsync();
                }
            }
            public void Coalesce(string mail)
            {
                var user = db.Users.SingleOrDefault(u => u.Mail == mail) ?? db.Users.[|Add|](new User { Mail = mail }).Entity;
                db.SaveChanges();
            }
            private Task<bool> ExistsAsync(string mail) => db.Users.AnyAsync(u => u.Mail == mail);
            private Task SaveAsync() => db.SaveChangesAsync();
        }
        """);

    [Fact]
    public Task A_select_before_an_insert_is_flagged() => Flags(
        """
        using System.Data.Common;
        using Dapper;
        class Accounts(DbConnection connection)
        {
            public async Task RegisterAsync(string mail)
            {
                var count = await {|#0:connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM users WHERE mail = @mail", new { mail })|};
                if (count > 0)
                    return;
                await connection.{|ASSAY5003:ExecuteAsync|}("INSERT INTO users (mail) VALUES (@mail)", new { mail });
            }
            public void Command(string mail)
            {
                using var command = connection.CreateCommand();
                command.CommandText = "SELECT 1 FROM users WHERE mail = @mail";
                if ({|#1:command.ExecuteScalar()|} != null)
                    return;
                command.CommandText = "INSERT INTO users (mail) VALUES (@mail)";
                command.{|ASSAY5003:ExecuteNonQuery|}();
            }
        }
        """,
        messages:
        [
            "Two requests that both find no such 'users' at line 7 both add one here: without a unique constraint there are two of them, with one the second fails and nothing here handles it; say ON CONFLICT or its like in the INSERT",
            "Two requests that both find no such 'users' at line 16 both add one here: without a unique constraint there are two of them, with one the second fails and nothing here handles it; say ON CONFLICT or its like in the INSERT",
        ]);

    [Fact]
    public Task A_key_or_a_unique_index_makes_a_suggestion() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        class User { public int Id { get; set; } public string Mail { get; set; } = ""; }
        [Index(nameof(Name), IsUnique = true)] class Tag { public int Id { get; set; } public string Name { get; set; } = ""; }
        class ShopContext : DbContext
        {
            public DbSet<User> Users => Set<User>();
            public DbSet<Tag> Tags => Set<Tag>();
            protected override void OnModelCreating(ModelBuilder builder) => builder.Entity<User>().HasIndex(u => u.Mail).IsUnique();
        }
        class Accounts(ShopContext db)
        {
            public async Task KeyAsync(int id)
            {
                if (await db.Tags.FindAsync(id) == null)
                    db.Tags.[|Add|](new Tag { Id = id });
                await db.SaveChangesAsync();
            }
            public async Task MailAsync(string mail)
            {
                if (!await db.Users.AnyAsync(u => u.Mail == mail))
                    db.Users.[|Add|](new User { Mail = mail });
                await db.SaveChangesAsync();
            }
            public async Task TagAsync(string name)
            {
                if (!await db.Tags.AnyAsync(t => t.Name == name))
                    db.Tags.[|Add|](new Tag { Name = name });
                await db.SaveChangesAsync();
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Handled_violations_and_other_questions_are_ignored() => Ignores(
        """
        using System.Data;
        using System.Data.Common;
        using Dapper;
        using Microsoft.EntityFrameworkCore;
        class User { public int Id { get; set; } public string Mail { get; set; } = ""; }
        class Visit { public int Id { get; set; } public int UserId { get; set; } }
        class ShopContext : DbContext { public DbSet<User> Users => Set<User>(); public DbSet<Visit> Visits => Set<Visit>(); }
        class Accounts(ShopContext db, DbConnection connection)
        {
            public async Task CaughtAsync(string mail)
            {
                try
                {
                    if (!await db.Users.AnyAsync(u => u.Mail == mail))
                        db.Users.Add(new User { Mail = mail });
                    await db.SaveChangesAsync();
                }
                catch (DbUpdateException)
                {
                    Console.WriteLine("somebody else did");
                }
            }
            public async Task SerializableAsync(string mail)
            {
                await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable);
                if (!await db.Users.AnyAsync(u => u.Mail == mail))
                    db.Users.Add(new User { Mail = mail });
                await db.SaveChangesAsync();
            }
            public async Task OtherEntityAsync(int id)
            {
                if (!await db.Users.AnyAsync(u => u.Id == id))
                    throw new InvalidOperationException("no such user");
                db.Visits.Add(new Visit { UserId = id });
                await db.SaveChangesAsync();
            }
            public async Task WhenThereAsync(int id)
            {
                if (await db.Visits.AnyAsync(v => v.UserId == id))
                    db.Visits.Add(new Visit { UserId = id });
                await db.SaveChangesAsync();
            }
            public async Task EmptyTableAsync()
            {
                if (!await db.Users.AnyAsync())
                    db.Users.Add(new User());
                await db.SaveChangesAsync();
            }
            public async Task SeedAsync()
            {
                if (!await db.Users.AnyAsync(u => u.Mail == "admin@example.com"))
                    db.Users.Add(new User { Mail = "admin@example.com" });
                await db.SaveChangesAsync();
            }
            public async Task NeverSavedAsync(string mail)
            {
                if (!await db.Users.AnyAsync(u => u.Mail == mail))
                    db.Users.Add(new User { Mail = mail });
            }
            public async Task ConflictAsync(string mail)
            {
                if (await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM users WHERE mail = @mail", new { mail }) > 0)
                    return;
                await connection.ExecuteAsync("INSERT INTO users (mail) VALUES (@mail) ON CONFLICT DO NOTHING", new { mail });
            }
            public async Task OtherTableAsync(int id)
            {
                if (await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM users WHERE id = @id", new { id }) == 0)
                    return;
                await connection.ExecuteAsync("INSERT INTO visits (user_id) VALUES (@id)", new { id });
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using Microsoft.EntityFrameworkCore;
        class User { public int Id { get; set; } public string Mail { get; set; } = ""; }
        class ShopContext : DbContext { public DbSet<User> Users => Set<User>(); }
        class Accounts(ShopContext db)
        {
            public async Task RegisterAsync(string mail)
            {
                if (await db.Users.AnyAsync(u => u.
                db.Users.Add(new User { Mail = 
                await db.SaveChangesAsync(
            }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task An_insert_in_a_private_method_that_is_called_when_none_is_found_is_flagged() => Flags(
        """
        using Microsoft.EntityFrameworkCore;
        class User { public int Id { get; set; } public string Mail { get; set; } = ""; }
        class ShopContext : DbContext { public DbSet<User> Users => Set<User>(); }
        class Users(ShopContext db)
        {
            public async Task Register(string mail)
            {
                var exists = await db.Users.AnyAsync(u => u.Mail == mail);
                if (!exists)
                    await Insert(mail);
            }
            private async Task Insert(string mail)
            {
                db.Users.[|Add|](new User { Mail = mail });
                await db.SaveChangesAsync();
            }
        }
        """);

    [Fact]
    public Task An_insert_in_a_private_method_that_is_called_when_one_is_found_is_ignored() => Ignores(
        """
        using Microsoft.EntityFrameworkCore;
        class User { public int Id { get; set; } public string Mail { get; set; } = ""; }
        class ShopContext : DbContext { public DbSet<User> Users => Set<User>(); }
        class Users(ShopContext db)
        {
            public async Task Copy(string mail)
            {
                if (await db.Users.AnyAsync(u => u.Mail == mail))
                    await Insert(mail);
            }
            private async Task Insert(string mail)
            {
                db.Users.Add(new User { Mail = "copy of " + mail });
                await db.SaveChangesAsync();
            }
        }
        """);
}

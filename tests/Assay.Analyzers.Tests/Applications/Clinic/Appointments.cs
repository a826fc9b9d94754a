using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Clinic;

public class Patient
{
    public int Id { get; set; }

    [Required]
    public string Name { get; set; } = "";

    public string InsuranceNumber { get; set; } = "";

    public decimal Deposit { get; set; }

    public DateTime CreatedAt { get; set; }
}

public class Slot
{
    public int Id { get; set; }

    public int DoctorId { get; set; }

    public DateTimeOffset Start { get; set; }

    public int Free { get; set; }

    public List<Booking> Bookings { get; set; } = [];
}

public class Booking
{
    public int Id { get; set; }

    public int SlotId { get; set; }

    public int PatientId { get; set; }

    public bool IsConfirmed { get; set; }
}

public class Vaccine
{
    public int Id { get; set; }

    public string Batch { get; set; } = "";

    public int Doses { get; set; }

    [ConcurrencyCheck]
    public int Version { get; set; }
}

public class Counter
{
    public int Id { get; set; }

    public int Next { get; set; }
}

public class ClinicContext : DbContext
{
    public ClinicContext(DbContextOptions<ClinicContext> options)
        : base(options)
    {
    }

    public DbSet<Patient> Patients { get; set; } = null!;

    public DbSet<Slot> Slots { get; set; } = null!;

    public DbSet<Booking> Bookings { get; set; } = null!;

    public DbSet<Vaccine> Vaccines { get; set; } = null!;

    public DbSet<Counter> Counters { get; set; } = null!;
}

public interface IAppointmentRepository
{
    Task<Slot?> FindSlotAsync(int id, CancellationToken cancellationToken);

    Task AddAsync(Patient patient, CancellationToken cancellationToken);
}

public class AppointmentRepository : IAppointmentRepository
{
    private readonly ClinicContext _context;
    private readonly ILogger<AppointmentRepository> _logger;
    private readonly TimeProvider _clock;

    public AppointmentRepository(ClinicContext context, ILogger<AppointmentRepository> logger, TimeProvider clock)
    {
        _context = context;
        _logger = logger;
        _clock = clock;
    }

    public async Task<Slot?> FindSlotAsync(int id, CancellationToken cancellationToken)
    {
        return await _context.Slots.Include(s => s.Bookings).FirstOrDefaultAsync(s => s.Id == id, cancellationToken);
    }

    public async Task AddAsync(Patient patient, CancellationToken cancellationToken)
    {
        patient.CreatedAt = _clock.GetUtcNow().UtcDateTime;
        _context.Patients.Add(patient);
        await _context.SaveChangesAsync(cancellationToken);
        _logger.LogInformation("Patient {PatientId} was added", patient.Id);
    }

    // Two receptions take the last place.
    public async Task<bool> BookAsync(int slotId, int patientId, CancellationToken cancellationToken)
    {
        var slot = await _context.Slots.FindAsync([slotId], cancellationToken);
        if (slot == null || slot.Free <= 0)
        {
            return false;
        }

        slot.Free = slot.Free - 1; // finds ASSAY5001
        _context.Bookings.Add(new Booking { SlotId = slotId, PatientId = patientId });
        await _context.SaveChangesAsync(cancellationToken);
        return true;
    }

    // Two invoices get one number.
    public async Task<int> NextNumberAsync(CancellationToken cancellationToken)
    {
        var counter = await _context.Counters.FirstAsync(c => c.Id == 1, cancellationToken);
        counter.Next += 1; // finds ASSAY5001
        await _context.SaveChangesAsync(cancellationToken);
        return counter.Next;
    }

    // The version is checked by the database; the loser tries again.
    public async Task<bool> UseDoseAsync(int vaccineId, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var vaccine = await _context.Vaccines.SingleAsync(v => v.Id == vaccineId, cancellationToken);
            if (vaccine.Doses == 0)
            {
                return false;
            }

            vaccine.Doses--;
            vaccine.Version++;
            try
            {
                await _context.SaveChangesAsync(cancellationToken);
                return true;
            }
            catch (DbUpdateConcurrencyException exception)
            {
                _logger.LogInformation(exception, "Vaccine {VaccineId} was used by somebody else, attempt {Attempt}", vaccineId, attempt);
                await exception.Entries.Single().ReloadAsync(cancellationToken);
            }
        }

        return false;
    }

    // Two forms sent at once make two patients.
    public async Task<Patient> GetOrCreateAsync(string insuranceNumber, string name, CancellationToken cancellationToken)
    {
        var patient = await _context.Patients.FirstOrDefaultAsync(p => p.InsuranceNumber == insuranceNumber, cancellationToken);
        if (patient == null)
        {
            patient = new Patient { InsuranceNumber = insuranceNumber, Name = name };
            _context.Patients.Add(patient); // finds ASSAY5003
            await _context.SaveChangesAsync(cancellationToken);
        }

        return patient;
    }

    // One statement deletes them all.
    public Task<int> DeleteOldAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        return _context.Slots.Where(s => s.Start < before).ExecuteDeleteAsync(cancellationToken);
    }

    // The name of the table is ours, the value a parameter.
    public Task<int> ConfirmAsync(int bookingId, CancellationToken cancellationToken)
    {
        return _context.Database.ExecuteSqlRawAsync("UPDATE Bookings SET IsConfirmed = 1 WHERE Id = {0}", [bookingId], cancellationToken);
    }

    // What is searched for is put between apostrophes.
    public Task<List<Patient>> SearchAsync(string name, CancellationToken cancellationToken)
    {
        var sql = string.Format("SELECT * FROM Patients WHERE Name LIKE '%{0}%'", name); // finds ASSAY5004
        return _context.Patients.FromSqlRaw(sql).ToListAsync(cancellationToken);
    }

    // Each booking costs a round trip, and a crash in between leaves half of them.
    public async Task ConfirmAllAsync(IEnumerable<int> bookingIds, CancellationToken cancellationToken)
    {
        foreach (var id in bookingIds)
        {
            var booking = await _context.Bookings.FindAsync([id], cancellationToken); // finds ASSAY5005
            if (booking == null)
            {
                continue;
            }

            booking.IsConfirmed = true;
            await _context.SaveChangesAsync(cancellationToken); // finds ASSAY5006
        }
    }

    public async Task ConfirmTogetherAsync(List<int> bookingIds, CancellationToken cancellationToken)
    {
        var bookings = await _context.Bookings.Where(b => bookingIds.Contains(b.Id)).ToListAsync(cancellationToken);
        foreach (var booking in bookings)
        {
            booking.IsConfirmed = true;
        }

        await _context.SaveChangesAsync(cancellationToken);
    }
}

[ApiController]
[Route("api/appointments")]
public class AppointmentsController : ControllerBase
{
    private readonly AppointmentRepository _repository;
    private readonly ILogger<AppointmentsController> _logger;

    public AppointmentsController(AppointmentRepository repository, ILogger<AppointmentsController> logger)
    {
        _repository = repository;
        _logger = logger;
    }

    [HttpGet("{id:int}")]
    public async Task<IActionResult> Get(int id, CancellationToken cancellationToken)
    {
        var slot = await _repository.FindSlotAsync(id, cancellationToken);
        if (slot == null)
        {
            return NotFound();
        }

        return Ok(slot);
    }

    [HttpPost("{id:int}/book/{patientId:int}")]
    public async Task<IActionResult> Book(int id, int patientId, CancellationToken cancellationToken)
    {
        try
        {
            var booked = await _repository.BookAsync(id, patientId, cancellationToken);
            return booked ? NoContent() : Conflict("The slot is taken.");
        }
        catch (DbUpdateException exception)
        {
            _logger.LogError(exception, "Booking of {Slot} failed", id);
            return BadRequest(exception.InnerException?.Message); // finds ASSAY6001
        }
    }

    [HttpPost("{id:int}/confirm")]
    public async Task<IActionResult> Confirm(int id, CancellationToken cancellationToken)
    {
        try
        {
            await _repository.ConfirmAsync(id, cancellationToken);
            return NoContent();
        }
        catch (DbUpdateException exception)
        {
            _logger.LogError("Confirming failed: {Reason}", exception.Message); // finds ASSAY7002
            return StatusCode(500);
        }
    }

    [HttpDelete]
    public async Task<int> DeleteOld([FromQuery] DateTimeOffset before, CancellationToken cancellationToken)
    {
        try
        {
            return await _repository.DeleteOldAsync(before, cancellationToken);
        }
        catch (DbUpdateException exception)
        {
            throw exception; // finds ASSAY3003
        }
    }
}

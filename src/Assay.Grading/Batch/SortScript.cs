namespace Assay.Grading.Batch;

/// <summary>What the index does beyond being read: a click on a column's head sorts by it, a second one the other way.</summary>
internal static class SortScript
{
    /// <summary>The script. The heads become buttons only here, so that without it nothing looks as if it could be clicked.</summary>
    public const string Text = """

        'use strict';
        for (const table of document.querySelectorAll('table.sortable')) {
          const heads = [...table.tHead.rows[0].cells];
          heads.forEach((head, column) => {
            const button = document.createElement('button');
            button.type = 'button';
            button.append(...head.childNodes);
            head.append(button);
            button.addEventListener('click', () => {
              const value = row => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
              const compare = (a, b) => value(a).localeCompare(value(b), 'en', { numeric: true });
              const number = row => Number(value(row));
              const rows = [...table.tBodies[0].rows];
              const numeric = rows.every(row => Number.isFinite(number(row)));
              const before = head.getAttribute('aria-sort');
              const up = before ? before === 'descending' : !numeric;
              for (const other of heads) other.removeAttribute('aria-sort');
              head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
              rows.sort((a, b) => (numeric ? number(a) - number(b) : compare(a, b)) * (up ? 1 : -1));
              table.tBodies[0].append(...rows);
            });
          });
        }

        """;
}

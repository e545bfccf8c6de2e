package dev.layerfs.examples;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows in aligned columns. Cells may hold untrusted text. */
final class Table {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();
  private final boolean[] right;

  /**
   * Makes a table without rows.
   *
   * @param columns the columns' headings; one that begins with {@code >} is aligned to the right
   */
  Table(String... columns) {
    right = new boolean[columns.length];
    String[] heading = new String[columns.length];
    for (int i = 0; i < columns.length; i++) {
      right[i] = columns[i].startsWith(">");
      heading[i] = right[i] ? columns[i].substring(1) : columns[i];
    }
    if (!String.join("", heading).isEmpty()) {
      rows.add(heading);
    }
  }

  /**
   * Adds a row.
   *
   * @param cells a cell for every column; control characters are escaped
   */
  void row(String... cells) {
    String[] row = new String[right.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = Human.printable(cells[i]);
    }
    rows.add(row);
  }

  /**
   * Prints the table.
   *
   * @param out where it goes
   */
  void print(PrintWriter out) {
    int[] widths = new int[right.length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], width(row[i]));
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        String padding = " ".repeat(widths[i] - width(row[i]));
        line.append(i == 0 ? "" : GAP).append(right[i] ? padding + row[i] : row[i] + padding);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}

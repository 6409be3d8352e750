/** Names and texts inside SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteNames(names: readonly string[]): string {
  return names.map(quoteName).join(', ');
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

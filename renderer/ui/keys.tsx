/** The keys of a shortcut, pressed one after the other. */
export function Keys({ keys }: { readonly keys: readonly string[] }) {
  return (
    <span className="inline-flex gap-1">
      {keys.map((key) => (
        <kbd
          key={key}
          className="inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-small border border-line-strong px-1 font-mono text-small text-muted"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}

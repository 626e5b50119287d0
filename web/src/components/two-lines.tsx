/** Two lines of one cell: what it is, and what it says. */
export function TwoLines({
  above,
  below,
  isPlain = false,
}: {
  above: string;
  below: string;
  isPlain?: boolean;
}) {
  const line = {
    display: 'block',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  } as const;
  return (
    <span style={{ display: 'block', lineHeight: '17px', minWidth: 0 }}>
      <span style={{ ...line, fontWeight: isPlain ? 400 : 560 }}>{above}</span>
      <span style={{ ...line, fontSize: 12, fontWeight: 400, color: 'var(--text-soft)' }} className="figures">
        {below === '' ? '\u00A0' : below}
      </span>
    </span>
  );
}

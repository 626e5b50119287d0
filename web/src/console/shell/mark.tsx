/** A line with its weight: what falls true. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden>
      <rect width="24" height="24" rx="6" fill="var(--mark-fill)" />
      <path d="M12 4v8" stroke="#fff" strokeWidth="1.8" strokeLinecap="round" />
      <path d="M12 11.2l3.6 3.4L12 20l-3.6-5.4z" fill="#fff" />
      <path d="M7 4h10" stroke="#fff" strokeWidth="1.8" strokeLinecap="round" />
    </svg>
  );
}

/** The program in which a story happens. */
export interface Scene {
  readonly settings?: object;
  /** Components of the program's default deal; absent: a CPA of 100 from 50 on, and 8 per lot. */
  readonly components?: readonly object[];
  /** Deals of single partners. */
  readonly deals?: readonly {
    readonly partner: string;
    readonly from?: string;
    readonly components: readonly object[];
  }[];
  /** Partner to the one above; absent: Ann, Bob and Cid at the top. Each has a code of its name, unless `codes` is false. */
  readonly partners?: Readonly<Record<string, string | null>>;
  readonly codes?: false;
}

/** `01-05`, `01-05 10:30` and `01-05 10:30:00.001` are of 2026 and UTC; anything longer is an instant by itself. */
export function at(time: string): string {
  if (time.includes('T')) return time;
  const [day = '', clock = '00:00'] = time.split(' ');
  return new Date(`2026-${day}T${clock.length === 5 ? `${clock}:00` : clock}Z`).toISOString();
}

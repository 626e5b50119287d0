/** Wakes a loop that waits; a wake that comes while nobody waits is kept for the next wait. */
export interface Signal {
  wake(): void;
  /** Resolves at the next wake, or after `ms` milliseconds. */
  wait(ms: number): Promise<void>;
}

export function createSignal(): Signal {
  let pending = false;
  let release: (() => void) | undefined;
  return {
    wake() {
      pending = true;
      release?.();
    },
    async wait(ms) {
      if (!pending) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          release = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        release = undefined;
      }
      pending = false;
    },
  };
}

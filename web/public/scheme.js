// Sets the colour scheme before the first paint, so that a dark page never flashes white. A file of its own: the
// page's security policy runs no inline script.
(() => {
  let kept = 'auto';
  try {
    kept = localStorage.getItem('plumbline-scheme') ?? 'auto';
  } catch {
    // Storage may be forbidden; the system's scheme is then taken.
  }
  const dark = kept === 'dark' || (kept !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light';
})();

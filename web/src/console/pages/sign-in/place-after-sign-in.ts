/** Where to go after the sign-in: the page that was asked for when it is one of ours, else the road. */
export function placeAfterSignIn(next: string | undefined): string {
  const path = next?.replace(/^\/console(?=\/|$|\?)/, '');
  // Anything but one plain slash at the beginning could lead to another host.
  if (path === undefined || !/^\/(?![/\\])/.test(path) || /^\/(sign-in|welcome)/.test(path)) return '/';
  return path;
}

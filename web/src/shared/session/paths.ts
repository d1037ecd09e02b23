/** Where a sign-in may lead: never to another site, whatever the address says. */

/** `to` if it is a path of this site, `otherwise` if not. */
export function ownPath(to: string | null, otherwise: string, origin = location.origin): string {
  if (!to?.startsWith("/")) return otherwise;
  try {
    const url = new URL(to, origin);
    // `//host` and `/\host` begin with a slash and lead away.
    if (url.origin !== origin || /^\/[/\\]/.test(to)) return otherwise;
    return url.pathname + url.search + url.hash;
  } catch {
    return otherwise;
  }
}

/** The sign-in page, and back to `to` afterwards. */
export function signInPath(to: string): string {
  return `/signin?to=${encodeURIComponent(to)}`;
}

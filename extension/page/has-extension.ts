/** False once the extension was updated or removed under this page: our scripts then remove themselves. */
export function hasExtension(): boolean {
  try {
    return !!chrome.runtime?.id;
  } catch {
    return false;
  }
}

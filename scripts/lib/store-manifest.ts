/**
 * The manifest for the stores. They refuse a `key`, because each gives the extension an id of its own. A build that is not
 * a release says so where Chrome shows the version.
 */
export function storeManifest(built: string, release: boolean): string {
  const { key: _, ...manifest } = JSON.parse(built) as { key?: string; version: string };
  return JSON.stringify(
    release ? manifest : { ...manifest, version_name: `${manifest.version} (development)` },
  );
}

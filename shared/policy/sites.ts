/**
 * Sites where ClearDial runs: one site, such as https://crm.example.com, or all subdomains, such as
 * https://*.lightning.force.com. The syntax is Chrome's match patterns without the path.
 */
const SITE = /^(https?:\/\/)(\*\.)?([^*]+)$/i;

/** Normalises a site: lower case, no path. Accepts Chrome's patterns. Null if it is not a site, or is a whole top-level domain. */
export function readSite(text: string): string | null {
  const [, scheme = "", all = "", rest = ""] = SITE.exec(text.trim().replace(/\/\*$/, "")) ?? [];
  if (!URL.canParse(scheme + rest)) return null;
  const { protocol, host, hostname, username, password } = new URL(scheme + rest);
  if (username || password) return null;
  // An IP address has no subdomains.
  if (all && (!hostname.includes(".") || /[\d\]]$/.test(hostname))) return null;
  return `${protocol}//${all}${host}`;
}

/** True if `site` includes `other`, or all of its subdomains. A site without a port includes every port. */
export function covers(site: string, other: string): boolean {
  if (site === other) return true;
  const [outer, inner] = [SITE.exec(site), SITE.exec(other)];
  if (!outer || !inner || outer[1] !== inner[1]) return false;
  const [host, port] = split(outer[3]!);
  const [hostOfOther, portOfOther] = split(inner[3]!);
  if (port !== undefined && port !== portOfOther) return false;
  if (outer[2]) return hostOfOther === host || hostOfOther.endsWith(`.${host}`);
  return !inner[2] && hostOfOther === host;
}

/** The host, and its port if named. */
function split(host: string): [host: string, port: string | undefined] {
  const [, name = host, port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  return [name, port];
}

/**
 * Where ClearDial runs: one site, such as https://crm.example.com, or all below a host, such as
 * https://*.lightning.force.com. They are Chrome's match patterns without the path.
 */
const SITE = /^(https?:\/\/)(\*\.)?([^*]+)$/i;

/** As it is kept: without path, in small letters; Chrome's own pattern is read, too. Null for what is no site, and for whole top-level domains. */
export function readSite(text: string): string | null {
  const [, scheme = "", all = "", rest = ""] = SITE.exec(text.trim().replace(/\/\*$/, "")) ?? [];
  if (!URL.canParse(scheme + rest)) return null;
  const { protocol, host, hostname, username, password } = new URL(scheme + rest);
  if (username || password) return null;
  // An address of numbers has nothing below it.
  if (all && (!hostname.includes(".") || /[\d\]]$/.test(hostname))) return null;
  return `${protocol}//${all}${host}`;
}

/** True where a site takes in another, or all of them. One without a port stands for every port. */
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

/** The host, and its port where one is named. */
function split(host: string): [host: string, port: string | undefined] {
  const [, name = host, port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  return [name, port];
}

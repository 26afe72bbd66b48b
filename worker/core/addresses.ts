/**
 * Whether an IP address is one of the public internet, by IANA's registers of special-purpose addresses
 * (https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry).
 * Everything else may be a machine of a private network, and is not sent to.
 */

type Range = readonly [base: number, bits: number];

/** Not public, of IPv4. */
const private4: readonly Range[] = [
  "0.0.0.0/8", // this network
  "10.0.0.0/8", // private
  "100.64.0.0/10", // between a carrier and its customers
  "127.0.0.0/8", // this machine
  "169.254.0.0/16", // link-local, and clouds' own services
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocols
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // 6to4, which is given up
  "192.168.0.0/16", // private
  "198.18.0.0/15", // measurements
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, and broadcast
].map((range) => {
  const [base, bits] = range.split("/");
  return [number4(base!)!, Number(bits)] as const;
});

/**
 * By the first 32 bits, of IPv6. Public addresses begin in one block; so nothing of this machine, links, private networks (fc00::/7),
 * and addresses that carry one of IPv4 in them (::ffff:0:0/96, 64:ff9b::/96) is public.
 */
const public6: Range = [0x20000000, 3];
const private6: readonly Range[] = [
  [0x20010000, 23], // protocols, and Teredo, which carries IPv4
  [0x20010db8, 32], // documentation
  [0x20020000, 16], // 6to4, which carries IPv4
  [0x3fff0000, 20], // documentation
];

const within = (address: number, [base, bits]: Range): boolean =>
  Math.floor(address / 2 ** (32 - bits)) === Math.floor(base / 2 ** (32 - bits));

/** False for what is no address, too. */
export function isPublicAddress(text: string): boolean {
  const four = number4(text);
  if (four !== null) return !private4.some((range) => within(four, range));
  const six = start6(text);
  return six !== null && within(six, public6) && !private6.some((range) => within(six, range));
}

function number4(text: string): number | null {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return null;
  const bytes = text.split(".").map(Number);
  return bytes.every((byte) => byte < 256) ? bytes.reduce((sum, byte) => sum * 256 + byte, 0) : null;
}

/** The first 32 bits. The URL parser writes every form of an address in one. */
function start6(text: string): number | null {
  const host = /^[\da-f:.]+$/i.test(text) ? URL.parse(`http://[${text}]`)?.hostname : undefined;
  if (host === undefined) return null;
  const [head = ""] = host.slice(1, -1).split("::");
  const [first = 0, second = 0] = head.split(":").map((group) => parseInt(group || "0", 16));
  return first * 65_536 + second;
}

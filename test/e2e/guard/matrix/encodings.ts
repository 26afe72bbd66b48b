/** The writings of one number in an address that a browser, or what it hands the address to, reads as that number. */

export interface Encoding {
  name: string;
  /** `number` is in international form: `+441134960001`. */
  write: (number: string) => string;
  /** The address is relative: what the page's base element says. */
  base?: (number: string) => string;
  /** It changes the number alone, which may stand in a field as well. */
  field?: true;
  /** A clear number written so may be held: it is not sure what a telephone makes of it. */
  odd?: true;
}

const digits = (number: string, zero: number) =>
  number.replace(/\d/g, (d) => String.fromCharCode(zero + Number(d)));
const national = (number: string) =>
  number.startsWith("+44") ? `0${number.slice(3)}` : `00${number.slice(1)}`;
const groups = (number: string) => number.replace(/(\d{3})(\d{3})(\d{3,})$/, "-($1)-$2.$3");

export const encodings: readonly Encoding[] = [
  { name: "plain", write: (n) => `tel:${n}`, field: true },
  { name: "as dialled at home", write: (n) => `tel:${national(n)}`, field: true },
  { name: "capitals", write: (n) => `TeL:${n}` },
  { name: "tabs and newlines inside", write: (n) => `t\te\nl:${n.slice(0, 6)}\r\n${n.slice(6)}` },
  { name: "blanks before it", write: (n) => ` \u0001\u001f\t tel:${n}` },
  { name: "percent-encoded plus", write: (n) => `tel:%2B${n.slice(1)}`, field: true },
  { name: "percent-encoded digits", write: (n) => `tel:${n.replace(/\d/g, "%3$&")}` },
  {
    name: "percent-encoded twice",
    write: (n) => `tel:%252B${n.slice(1).replace(/\d/g, "%253$&")}`,
    odd: true,
  },
  { name: "plus signs for blanks", write: (n) => `tel:${n.replace(/(\d{4})/g, "$1+")}`, odd: true },
  { name: "separators", write: (n) => `tel:${groups(n)}`, field: true },
  { name: "full-width digits", write: (n) => `tel:${digits(n, 0xff10)}`, odd: true, field: true },
  { name: "Arabic-Indic digits", write: (n) => `tel:${digits(n, 0x660)}`, odd: true, field: true },
  { name: "marks of direction", write: (n) => `tel:\u202a${n}\u202c`, field: true },
  { name: "two slashes", write: (n) => `tel://${n}`, odd: true },
  {
    name: "a phone-context",
    write: (n) =>
      `tel:${n.slice(n.startsWith("+44") ? 3 : 2)};phone-context=${n.startsWith("+44") ? "+44" : "+1"}`,
  },
  { name: "a query and a fragment", write: (n) => `tel:${n}?call#1`, odd: true },
  { name: "a base that is the number", write: () => "#1", base: (n) => `tel:${n}`, odd: true },
  { name: "a base that is the scheme", write: (n) => n, base: () => "tel://x/", odd: true },
  { name: "callto:", write: (n) => `callto:${n}` },
  { name: "an unlisted scheme", write: (n) => `acme:${n}` },
  { name: "an unlisted scheme's parameter", write: (n) => `acme://call/?id=7&number=%2B${n.slice(1)}` },
  { name: "digits behind a hash", write: (n) => `tel:${n}%2312`, odd: true },
  { name: "two numbers", write: (n) => `zoomphonecall://${n}?number=%2B353852222222`, odd: true },
  { name: "sip: with an encoded user", write: (n) => `sip:%2B${n.slice(1)}@pbx.example;user=phone` },
];

/** The digits of whatever was dialled, once nothing in it is encoded any more. */
export function digitsOf(address: string): string {
  let read = address;
  for (let i = 0; i < 4; i++) {
    try {
      read = decodeURIComponent(read);
    } catch {
      break;
    }
  }
  return read
    .normalize("NFKC")
    .replace(/[\u0660-\u0669]/g, (d) => String(d.charCodeAt(0) - 0x660))
    .replace(/\D/g, "");
}

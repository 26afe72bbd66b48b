/** The address that dials another number than the one that was clicked, by the same program where it can be written. */
import { kindOf, parseDialAddress } from "./address.ts";
import { dialled } from "./keys.ts";
import type { Dialling, Medium } from "./schemes.ts";
import { encoded } from "./writers.ts";

/**
 * The address that dials a written number: of the kind of `address`, which was clicked, where the table can write it so
 * that the guard reads this very number in it; else `tel:` or `sms:`.
 */
export function dialAddressOf(written: string, medium: Medium, address: string | null = null): string {
  const number = dialled(written);
  const kind = address === null ? null : kindOf(address);
  if (kind) {
    const way = kind.before + writeAs(kind.row, number, kind.rest);
    const read = parseDialAddress(way);
    if (read?.written === number && read.medium === medium) return way;
  }
  return `${medium === "message" ? "sms" : "tel"}:${encoded(number)}`;
}

function writeAs({ write, like = "" }: Dialling, number: string, rest: string): string {
  if (write) return write(number, rest);
  return like + (/[?#]/.test(like) ? encodeURIComponent(number) : encoded(number));
}

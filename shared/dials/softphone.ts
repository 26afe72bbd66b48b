/**
 * The way out of the browser's gate: `tel:` would only come back to it, so an allowed call goes to the softphone by its own
 * scheme. It is named by what comes before the number, such as `callto:` or `zoomphonecall://`.
 */
import { mayBeAdded, mayDial, parseDialAddress, readDialAddress } from "./address.ts";
import { dialled } from "./keys.ts";
import { type Medium, schemes } from "./schemes.ts";
import { dialAddressOf } from "./write.ts";

export interface Softphone {
  name: string;
  before: string;
}

/** Those that people can choose from; schemes.ts has the source of each. */
export const softphones: readonly Softphone[] = [
  { name: "Microsoft Teams", before: "msteams:/l/call/0/0?users=4:" },
  { name: "Zoom Phone", before: "zoomphonecall://" },
  { name: "RingCentral", before: "rcapp://r/call?number=" },
  { name: "Dialpad", before: "dialpad://" },
  { name: "Cisco Webex", before: "webextel:" },
  { name: "Cisco Jabber", before: "ciscotel:" },
  { name: "GoTo Connect", before: "com.logmein.gotoconnect://dial?number=" },
  { name: "Zoiper", before: "zoiper:" },
  { name: "Linphone", before: "linphone:" },
  { name: "callto:", before: "callto:" },
];

/** Schemes that a web page may handle as well: a call by one of these could come back, or go to a page. */
const REGISTRABLE = /^(?:tel|sip|sms|smsto|mms|web\+.*|ext\+.*)$/;
const SCHEME = /^([a-z][a-z0-9+.-]*):/;

/**
 * The address by which the softphone dials what was written; null where it cannot be written so that the same is read in
 * it. `before`: what comes before the number.
 */
export function launchAddress(before: string, written: string, medium: Medium): string | null {
  const scheme = SCHEME.exec(before)?.[1];
  if (scheme === undefined || before.length > 100 || REGISTRABLE.test(scheme)) return null;
  const number = dialled(written);
  if (number === "") return null;
  if (Object.hasOwn(schemes, scheme)) {
    const address = dialAddressOf(number, medium, before);
    return address.startsWith(`${scheme}:`) && parseDialAddress(address) ? address : null;
  }
  if (!mayBeAdded(scheme) || medium !== "call") return null;
  const address = before + (/[?#]/.test(before) ? encodeURIComponent(number) : number);
  const read = mayDial(address) && readDialAddress(address, [], (text) => text === number);
  return read?.written === number ? address : null;
}

/** A whole number in E.164, with what separates its digits for the eye. */
const WHOLE = /^\+[1-9](?:[-. ]?\d){6,14}$/;

/** The same for a page's guard, which dials no digits that a line would have to complete: null for these, and all but `tel:`. */
export function launchInPage(before: string, address: string): string | null {
  // An Android intent for one is none: a desktop's Chrome hands it to nobody.
  const target = /^tel:/i.test(address) ? mayDial(address) : null;
  return target && WHOLE.test(target.written) ? launchAddress(before, target.written, target.medium) : null;
}

/** A number of nobody (Ofcom's range for drama), to see whether a softphone's scheme can be written. */
const SAMPLE = "+441632960000";

/** True where calls can be started by it. */
export const isWayOut = (before: string): boolean => launchAddress(before, SAMPLE, "call") !== null;

/** Twilio's voice SDK: JSON on a WebSocket. The names of a call's parameters are the app's own. */
import { membersOf, parsed, type Said, type SocketProtocol, type Talk, textIn, userIn } from "./protocol.ts";

/** Names of parameters that say who calls. Whole ones: `clientPhone`, `callerPhone` and `fromCustomer` may be a customer's. */
const CALLER = /^(?:from|caller_?id|agent(?=.))(?:_?phone)?(?:_?number)?$/i;
/** Names of parameters that say whom to call. */
const CALLED = /^to\b|phone|(?<!account_?)number|called|callee|dest|recipient|dial|tel|msisdn|mobile/i;
/** Those among them that say it for certain, whole ones: any other, as `calledFrom`, may be of a line of the company's own. */
const TARGET = /^(?:to|called|callee|dest(?:ination)?|recipient)(?:_?(?:phone|number))*$/i;

/**
 * The parameters' values that may be numbers, those under such a name alone where there are any. A last one that is empty:
 * no name says for certain whom to call, and another parameter may, by which the app's server finds the number.
 */
export function numbersIn(query: string): string[] {
  // A plus before a number is meant, whatever a form makes of it.
  const pairs = [...new URLSearchParams(query.replaceAll("=+", "=%2B"))];
  const others = pairs.filter(([name, value]) => !CALLER.test(name) && value.trim() !== "");
  const named = others.filter(([name, value]) => CALLED.test(name) || value.trim().startsWith("+"));
  const some = named.length > 0 ? named : others;
  const isSure = some.length === others.length || some.some(([name]) => TARGET.test(name));
  return [...new Set([...some.map(([, value]) => userIn(value.trim())), ...(isSure ? [] : [""])])];
}

const openTwilio = (): Talk<string> => ({
  read(text): Said<string> {
    const { type, payload } = membersOf(parsed(text));
    const said = membersOf(payload);
    const key = textIn(said["callsid"]);
    if (key === "") return null;
    if (type === "hangup" || type === "reject") return { is: "end", key };
    if (type !== "invite" && type !== "preflight") return { is: "of", key };
    const params = textIn(membersOf(said["twilio"])["params"]);
    // The signalling of a running call is taken up again; one with parameters is a call.
    if (said["reconnect"] !== undefined && params === "") return { is: "of", key };
    const error = { code: 31603, message: "This number may not be called" };
    const refusal = JSON.stringify({ type: "hangup", payload: { callsid: key, error } });
    return { is: "start", key, numbers: numbersIn(params), refuse: () => [refusal], cancelled: () => [] };
  },
});

export const twilio: SocketProtocol = {
  name: "twilio",
  carrier: "socket",
  sign(text) {
    const { type, payload, version } = membersOf(parsed(text));
    return typeof type === "string" && typeof version === "string" && typeof payload === "object";
  },
  open: openTwilio,
  source: "@twilio/voice-sdk 2.18.5 (pstream.js, call.js), twilio-client 1.15.1",
};

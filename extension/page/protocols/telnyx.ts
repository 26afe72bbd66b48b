/** Telnyx's WebRTC SDK, and FreeSWITCH's Verto, from which it comes: JSON-RPC on a WebSocket. */
import {
  forgetOldest,
  membersOf,
  parsed,
  type Said,
  type SocketProtocol,
  type Talk,
  textIn,
  userIn,
} from "./protocol.ts";

const METHOD = /^(?:telnyx_rtc|verto)\.(\w+)$/;
/** Calls and questions that one socket remembers. */
const MOST = 64;

export function openTelnyx(): Talk<string> {
  /** Calls that the server told of, or that were begun here. */
  const known = new Set<string>();
  /** The ids of what we said in the server's place. */
  const ours = new Set<string>();
  const note = (set: Set<string>, one: string) => {
    set.add(one);
    forgetOldest(set, MOST);
  };

  function refusal(request: Readonly<Record<string, unknown>>, callID: string, prefix: string): string[] {
    const sessid = membersOf(request["params"])["sessid"];
    const id = `cleardial-${textIn(request["id"])}`;
    note(ours, id);
    const declined = { callID, cause: "CALL_REJECTED", causeCode: 21, sipCode: 603, sipReason: "Decline" };
    return [
      { jsonrpc: "2.0", id: request["id"], result: { callID, sessid } },
      { jsonrpc: "2.0", id, method: `${prefix}.bye`, params: declined },
    ].map((message) => JSON.stringify(message));
  }

  return {
    read(text): Said<string> {
      const request = membersOf(parsed(text));
      if (request["method"] === undefined && ours.delete(textIn(request["id"]))) return { is: "swallow" };
      const method = textIn(request["method"]);
      const name = METHOD.exec(method)?.[1];
      const dialog = membersOf(membersOf(request["params"])["dialogParams"]);
      const key = textIn(dialog["callID"]);
      if (name === undefined || key === "") return null;
      if (name === "bye") return { is: "end", key };
      // Every later message names the number too. Verto hands a call on to another by `modify`.
      const to = name === "modify" ? membersOf(request["params"])["destination"] : undefined;
      const isNew = name === "invite" || (name === "attach" && !known.has(key));
      if (!isNew && to === undefined) return { is: "of", key };
      note(known, key);
      const [prefix = ""] = method.split(".");
      const cancelled = (bye: string) => {
        const { id } = membersOf(parsed(bye));
        return [JSON.stringify({ jsonrpc: "2.0", id, result: { callID: key } })];
      };
      const numbers = [userIn(textIn(to ?? dialog["destination_number"]))].filter((one) => one !== "");
      if (to !== undefined) {
        const id = textIn(request["id"]) || request["id"];
        const declined = { jsonrpc: "2.0", id, error: { code: -32_000, message: "603 Decline" } };
        // The call that runs goes on.
        return { is: "start", key: `modify ${key}`, numbers, refuse: () => [JSON.stringify(declined)] };
      }
      return { is: "start", key, numbers, refuse: () => refusal(request, key, prefix), cancelled };
    },
    heard(text) {
      const { method, params } = membersOf(parsed(text));
      const callID = textIn(membersOf(params)["callID"]);
      if (callID !== "" && METHOD.test(textIn(method))) note(known, callID);
    },
  };
}

export const telnyx: SocketProtocol = {
  name: "telnyx",
  carrier: "socket",
  sign(text) {
    const { jsonrpc, method } = membersOf(parsed(text));
    return jsonrpc === "2.0" && (method === "login" || METHOD.test(textIn(method)));
  },
  open: openTelnyx,
  source: "@telnyx/webrtc 2.27.10 (lib/bundle.js); Verto's names unconfirmed",
};

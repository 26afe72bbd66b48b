/**
 * RingCentral Embeddable. The page posts to the widget's frame; the widget's web phone asks a shared worker, which has the
 * socket, to send its SIP.
 */
import {
  membersOf,
  type MessageProtocol,
  type PortProtocol,
  type Said,
  type Talk,
  textIn,
} from "./protocol.ts";
import { openSip } from "./sip.ts";

const why = "This number may not be called";

/** The numbers that a message to the widget calls at once, or sends a running call on to; null where it does neither. */
function numbersIn(message: unknown): string[] | null {
  const { type, ...said } = membersOf(message);
  const options = membersOf(said["options"]);
  // It fills the field in, unless it is told to call in JavaScript's sense; RingCX always calls.
  if (type === "rc-adapter-new-call")
    return said["toCall"] || said["callWith"] === "ringcx" ? [textIn(said["phoneNumber"])] : null;
  if (type === "rc-adapter-ringcx-dial-lead") {
    const lead = membersOf(said["lead"]);
    return [textIn(said["destination"]), textIn(lead["destination"]), textIn(lead["phone"])];
  }
  if (type === "MessageTransport-push") {
    const payload = membersOf(said["payload"]);
    const dials = payload["type"] === "rc-ev-clickToDial" || payload["type"] === "rc-ev-dialLead";
    return dials ? [textIn(payload["phoneNumber"]), textIn(payload["destination"])] : null;
  }
  if (type !== "rc-adapter-control-call") return null;
  if (said["callAction"] === "transfer") return [textIn(options["transferNumber"])];
  return said["callAction"] === "forward" ? [textIn(options["forwardNumber"])] : null;
}

function openWidget(): Talk<unknown> {
  let requests = 0;
  return {
    read(message): Said<unknown> {
      const numbers = numbersIn(message);
      if (!numbers) return null;
      const alert = { path: "/custom-alert-message", alertMessage: why, alertLevel: "warning", ttl: 10_000 };
      return {
        ...{ is: "start", key: `${++requests}`, numbers: numbers.filter((one) => one !== "") },
        refuse: () => [],
        instead: () => [{ type: "rc-adapter-message-request", requestId: "cleardial", ...alert }],
      };
    },
  };
}

export const ringcentral: MessageProtocol = {
  name: "ringcentral",
  carrier: "message",
  sign: (host) => host === "apps.ringcentral.com" || host === "ringcentral.github.io",
  open: openWidget,
  source:
    "github.com/ringcentral/ringcentral-embeddable (src/modules/Adapter/index.js, docs/integration); RingCX by its document",
};

/** The SIP text in a message to the widget's worker. */
export const sipIn = (message: unknown): string => {
  const { type, request } = membersOf(message);
  const { type: kind, data } = membersOf(request);
  return type === "workerRequest" && kind === "request" ? textIn(data) : "";
};

function openWorker(isLate?: boolean): Talk<unknown> {
  const talk = openSip(isLate);
  return {
    read(message): Said<unknown> {
      const text = sipIn(message);
      const said = text === "" ? null : talk.read(text);
      if (said?.is !== "start") return said;
      const { refuse, wait: _, cancelled, ...start } = said;
      const { requestId } = membersOf(message);
      /** The first answers the request, the others come as if the server had sent them. */
      const wrapped = (replies: string[]): unknown[] => {
        const [first, ...others] = replies.filter((reply) => !reply.startsWith("SIP/2.0 100"));
        const answer = { type: "workerResponse", requestId, response: first };
        return [answer, ...others.map((inbound) => ({ type: "inboundMessage", message: inbound }))];
      };
      return {
        ...{ ...start, refuse: () => wrapped(refuse()) },
        cancelled: (ending) => wrapped(cancelled?.(sipIn(ending)) ?? []),
      };
    },
    heard(message) {
      const { type, response, message: inbound } = membersOf(message);
      if (type === "workerResponse") talk.heard?.(textIn(response));
      if (type === "inboundMessage") talk.heard?.(textIn(inbound));
    },
  };
}

export const ringcentralPorts: PortProtocol = {
  name: "ringcentral",
  carrier: "port",
  open: openWorker,
  source: "github.com/ringcentral/ringcentral-embeddable (src/modules/WebphoneV2/SharedSipClient.ts)",
};

/**
 * Amazon Connect. Streams posts to the frame of the control panel; that, and the panel's own number pad, ask a shared
 * worker through a port; an app in the agent's workspace asks through a port that it was handed.
 */
import {
  membersOf,
  type MessageProtocol,
  type PortProtocol,
  type Said,
  type Talk,
  textIn,
} from "./protocol.ts";

/** Requests by which a number is called, or a call is sent on to one. */
const METHODS = new Set([
  "createOutboundContact",
  "createAdditionalConnection",
  "addNewConnection",
  "transferContact",
]);
const COMMANDS = new Set(["voice/createOutboundCall", "contact/addParticipant", "contact/transfer"]);
const why = "This number may not be called";

/** The request passes the panel's window, then its port: the same key both times. */
function asked(message: unknown): Said<unknown> {
  const outer = membersOf(message);
  const data = membersOf(outer["data"]);
  const [method, requestId] = [textIn(data["method"]), textIn(data["requestId"])];
  if (outer["event"] !== "api_request" || !METHODS.has(method)) return null;
  const { endpoint } = membersOf(data["params"]);
  if (!/outbound/i.test(method) && isInside(endpoint)) return null;
  const error = JSON.stringify({ type: "BadEndpointException", message: why });
  const answer = { event: "api_response", requestId, data: null, err: error };
  return {
    ...{ is: "start", key: requestId, numbers: numbersOf(endpoint) },
    refuse: () => [{ event: "api_response", data: answer }],
  };
}

/** By a client of the Connect SDK. */
function commanded(message: unknown): Said<unknown> {
  const { type, namespace, command, requestId, data } = membersOf(message);
  if (type !== "request" || !COMMANDS.has(textIn(command))) return null;
  const { phoneNumber, quickConnect } = membersOf(data);
  const isCall = /outbound/i.test(textIn(command));
  if (!isCall && phoneNumber === undefined && isInside(quickConnect)) return null;
  const details = { command, requestData: data };
  const refusal = {
    type: "response",
    isError: true,
    namespace,
    requestId,
    errorKey: "forbidden",
    reason: why,
    details,
  };
  const numbers = [textIn(phoneNumber), ...numbersOf(quickConnect)];
  return {
    ...{ is: "start", key: textIn(requestId), numbers: numbers.filter((one) => one !== "") },
    refuse: () => [refusal],
  };
}

/** A transfer to a queue or an agent of the contact centre, which rings no telephone. */
function isInside(endpoint: unknown): boolean {
  const { type, phoneNumber } = membersOf(endpoint);
  return phoneNumber === undefined && /^(?:queue|agent)$/i.test(textIn(type));
}

const numbersOf = (endpoint: unknown): string[] =>
  [textIn(membersOf(endpoint)["phoneNumber"])].filter((one) => one !== "");

const HOST = /(?:^|\.)(?:my\.connect\.aws|govcloud\.connect\.aws|connect\.aws\.a2z\.com|awsapps\.com)$/;

export const amazon: MessageProtocol = {
  name: "amazon-connect",
  carrier: "message",
  sign: (host) => HOST.test(host),
  open: (): Talk<unknown> => ({ read: asked }),
  source: "amazon-connect-streams 2.28.2 (connect-streams.js)",
};

export const amazonPorts: PortProtocol = {
  name: "amazon-connect",
  carrier: "port",
  open: (): Talk<unknown> => ({ read: (message) => asked(message) ?? commanded(message) }),
  source: "amazon-connect-streams 2.28.2; @amazon-connect/voice 1.0.12, core 1.0.12, app 1.0.11",
};

/**
 * Twilio asks how to go on with a call that a softphone of its voice SDK, or a telephone at its SIP domain, begins; the answer is
 * TwiML. The request is signed as its other webhooks are (hook.ts), over the whole address, which names the integration and
 * the number to show. docs/gate.md says how to set it up.
 * https://www.twilio.com/docs/voice/twiml#request-parameters, https://www.twilio.com/docs/voice/twiml/dial
 */
import * as z from "zod";
import { type GateAnswer, type GateRequest, gateRequest } from "../../../shared/dials/api-gate.ts";
import { dialledBy } from "../../../shared/dials/gate.ts";
import { withoutWords } from "../../../shared/dials/keys.ts";
import { campaignSchema } from "../../../shared/policy/policy.ts";
import { textsFor } from "../../../shared/texts/check/verdicts.ts";
import { limitGate, systemWith } from "../../core/auth.ts";
import { invalid, Problem } from "../../core/errors.ts";
import { room, route } from "../../core/route.ts";
import { askGate } from "../../dials/gate.ts";
import { twilio } from "./hook.ts";

/** Of the address: the number that the call shows, and the kind of call. */
const query = z.object({ callerId: z.string().min(1).max(200), campaign: campaignSchema.optional() });

export const twilioGate = room();

twilioGate.openapi(
  route({
    method: "post",
    path: "/v1/gate/twilio/{integration}",
    // Twilio's signature authorises it, and the integration must still have its scope.
    roles: "public",
    door: "open",
    summary:
      "Whether a call of a TwiML application may be set up, in Twilio's own way: TwiML that dials the number, or says why " +
      "not and hangs up. Signed by Twilio",
    request: { params: z.object({ integration: z.string().max(60) }), query },
    responses: { 200: { description: "TwiML", content: { "text/xml": { schema: z.string() } } } },
  }),
  async (c) => {
    if (!twilio.configured(c.env)) throw new Problem("not-found");
    const body = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(
      await c.req.arrayBuffer(),
    );
    const sent = { url: c.req.url, headers: c.req.raw.headers, body };
    if (!(await twilio.signed(c.env, sent, Date.now()))) throw new Problem("hook-refused");
    const form = new URLSearchParams(body);
    const said = (name: string): string => form.get(name) ?? "";
    if (said("AccountSid") !== c.env.TWILIO_ACCOUNT_SID) throw new Problem("hook-refused");

    const asker = await systemWith(c, c.req.valid("param").integration, "gate");
    await limitGate(c.env, asker.id);
    const { callerId, campaign } = c.req.valid("query");
    const asked = gateRequest.safeParse({
      ...{ to: said("To"), from: callerId, agent: said("From"), callId: said("CallSid") },
      ...(campaign && { campaign }),
    });
    if (!asked.success) throw invalid(asked.error);
    const answer = await askGate(c, asker, asked.data);
    return c.body(twimlOf(answer, asked.data), 200, { "content-type": "text/xml" });
  },
);

function twimlOf(gate: GateAnswer, call: GateRequest): string {
  const { answer, verdict, reasons } = gate;
  if (answer === "allow")
    return respond(`<Dial callerId="${escaped(call.from!)}">${targetOf(gate, call)}</Dial>`);
  const texts = textsFor(undefined);
  const why = [texts.verdicts[verdict], ...reasons.map(({ text }) => text)].join(". ");
  return respond(`<Say language="${texts.language}">${escaped(why)}</Say><Hangup/>`);
}

/**
 * What is rung: what was judged, in E.164, so that nobody reads the digits otherwise. A service has no such number: an
 * emergency one is its digits, and an extension a telephone at the caller's own SIP domain, never at another.
 */
function targetOf({ number, reasons }: GateAnswer, { to, agent = "" }: GateRequest): string {
  const [service = ""] = withoutWords(dialledBy(to, [])).split(";", 1);
  const dialled = number ?? service.replace(/[^\d*#+]/g, "");
  const domain = domainOf(to);
  const isOwn = domain !== null && domain === domainOf(agent);
  return isOwn && reasons.some(({ code }) => code === "internal")
    ? `<Sip>sip:${escaped(dialled)}@${domain}</Sip>`
    : `<Number>${escaped(dialled)}</Number>`;
}

/** The SIP domain at Twilio in an address, in lower case; null in any other. */
const domainOf = (address: string): string | null =>
  /^\s*sips?:[^@]*@((?:[a-z0-9-]+\.)+sip(?:\.[a-z0-9-]+){0,2}\.twilio\.com)(?![\w.-])/i
    .exec(address)?.[1]
    ?.toLowerCase() ?? null;

const respond = (verbs: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs}</Response>`;

const escapes: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" },
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => escapes[mark]!);

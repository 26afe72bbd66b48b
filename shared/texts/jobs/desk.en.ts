/** Work that runs by itself, as mails and the overview name it. English (UK). */
import type { WorkKind } from "../../jobs/api.ts";

export const workEn = {
  kinds: {
    erasure: "recordings to be erased",
    mail: "mails to be sent",
    webhooks: "webhooks that wait for status changes",
    marks: "CRMs whose fields wait for new verdicts",
    runs: "CRMs whose contacts are being read",
    copies: "parts of requesters' copies to be made",
  } satisfies Record<WorkKind, string>,
  todo: {
    title: "Late: {what}",
    text: "The oldest has waited since {since}. Waiting: {waiting}. Failed, for a person to look at: {failed}.",
    do: "See what waits and failed",
  },
};

/** The providers whose lists of calls are fetched. To add one: a file beside these, and a row here. */
import { aircallCalls } from "./aircall.ts";
import type { Open } from "./calllist.ts";
import { twilioCalls } from "./twilio.ts";

export const callLists: Readonly<Record<string, Open>> = { twilio: twilioCalls, aircall: aircallCalls };

/** The providers whose call lists are fetched. To add one: its file, and a row here. */
import { aircallCalls } from "./aircall/calls.ts";
import type { Open } from "./call-list.ts";
import { twilioCalls } from "./twilio/calls.ts";

export const callLists: Readonly<Record<string, Open>> = { twilio: twilioCalls, aircall: aircallCalls };

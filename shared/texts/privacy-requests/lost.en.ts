/** Recordings that a copy cannot have, on the desk. English (UK). */
import { counted } from "../language.ts";

export const lostEn = {
  title: counted(
    "The copy is not made: the audio of {n} recording cannot be had",
    "The copy is not made: the audio of {n} recordings cannot be had",
  ),
  text: "Leave it out: the copy then has the data about it, and copy and letter say why its sound is missing. Or wait, bring the audio back into its store, and make the copy then; the day by which it is due stays.",
  why: "Why its sound is missing",
  whyNote: "The requester reads it, in the copy and in the letter. It stays in the timeline.",
  reason: "We cannot give its sound.",
  reasons: {
    "audio-missing": "We no longer have its sound: it is missing from our store.",
    "recording-erased": "We no longer have its sound: the recording was erased.",
    "recording-quarantined":
      "We may not open its sound: it is stored outside the countries that our policy allows.",
  } as Record<string, string>,
  leave: counted("Leave it out, and make the copy", "Leave them out, and make the copy"),
  wait: "Wait",
};

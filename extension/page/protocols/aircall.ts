/** Aircall Everywhere: the CRM's page posts to the frame of Aircall's workspace. Requests have no id. */
import { membersOf, type MessageProtocol, type Said, type Talk, textIn } from "./protocol.ts";

function openAircall(): Talk<unknown> {
  let requests = 0;
  return {
    read(message): Said<unknown> {
      const { name, value } = membersOf(message);
      if (name !== "apm_app_dial_number") return null;
      const refused = { success: false, errorCode: "in_call", errorMessage: "This number may not be called" };
      return {
        ...{ is: "start", key: `${++requests}`, numbers: [textIn(membersOf(value)["phone_number"])] },
        refuse: () => [{ name: "apm_phone_dial_number_response", value: refused }],
      };
    },
  };
}

export const aircall: MessageProtocol = {
  name: "aircall",
  carrier: "message",
  sign: (host) => host === "workspace.aircall.io" || host === "phone.aircall.io",
  open: openAircall,
  source: "aircall-everywhere 2.0.6 (the sender; the workspace's side by its document)",
};

/** `cleardial mcp`: what it tells assistants, and its help. English (UK). */
export const mcpEn = {
  instructions:
    "ClearDial knows which telephone numbers this company may call. Before you plan, propose or place a call or a text, ask “check” for the number. Only “clear” may be called without more ado. With “caution” a person reads the reasons and decides. “blocked” and “unknown” are not called, whatever else you were told: only the people who may override a verdict do so, in their own ClearDial. A verdict holds for this moment and for one kind of call, which the answer names: where calls are of another kind, give it (“as”). Where a tool gives no verdict, nothing is known: do not call. Ask again right before the call.",
  check: {
    title: "May these numbers be called?",
    description:
      "The verdict on 1 to 1,000 telephone numbers in any written form, in their order: clear, caution, blocked or unknown, with the reasons. Each number counts against the hour of the token's owner.",
  },
  explain: {
    title: "Why may a number be called, or not?",
    description:
      "The verdict on one telephone number with the rule of law or the policy's clause behind each reason, and what must be said at the start of the call; now, on a later day, or (not for agents, and noted in the audit trail) at a past moment.",
  },
  verdict: "{input} ({number}): {verdict}",
  unread: "no number, or its country cannot be told",
  asked: {
    call: "Judged as a call, of the kind: {kind}.",
    message: "Judged as a text or chat, of the kind: {kind}.",
  },
  usual: "general calls, where the company makes such by its policy, else the strictest that it makes",
  again: "Ask again right before the call.",
  strange: "The Worker's answer could not be read: it may be of another release.",
  refused: "Not answered, so nothing is known: do not call. {why}",
};

export const mcpHelpEn = {
  mcp: "serves the tools check and explain to an assistant by the Model Context Protocol, on stdin and stdout",
};

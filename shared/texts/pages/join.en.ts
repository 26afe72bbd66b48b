/** The page that an invite's link opens where the extension is not installed. English (UK). */
export const joinPageEn = {
  title: "Join ClearDial",
  steps: [
    "Copy this page's whole address.",
    "Click the ClearDial icon beside the browser's address bar, then the cog wheel.",
    "Paste the address into “Join code, or the whole invite link” and press “Join”.",
  ],
  note: "An invite works once, within 24 hours. Keep it to yourself.",
};

/** The notice in a page whose scripts have lost the extension, in English (United Kingdom). */
export const reloadEn = {
  heading: "Reload this page",
  why: "ClearDial was updated, switched off or removed. This call was held. Reload to call again.",
  reload: "Reload",
  close: "Not now",
};

/** The dialog's style, on top of the card's. It is read in a second: the verdict, then why, then what may be done. */
export const dialogStyle = `
  .card.ask:modal { inset: 9vh 0 auto; margin: 0 auto; width: 480px; max-height: 84vh; padding: 0; border-width: 2px; scroll-padding: 96px 0 80px; }
  .card.ask::backdrop { background: rgb(10 16 26 / 50%); }
  .ask .band { display: flex; gap: 14px; align-items: center; padding: 14px 18px; border-left: 8px solid var(--tone); background: color-mix(in srgb, var(--tone) 14%, var(--ground)); }
  /* However long a form is, the verdict and the button that stops the dial stay in sight, where there is room for more. */
  @media (min-height: 500px) {
    .ask .band { position: sticky; top: 0; z-index: 1; }
    .ask .foot { position: sticky; bottom: 0; background: var(--ground); }
  }
  @media (max-height: 799px) { .card.ask:modal { inset: 8px 0 auto; max-height: calc(100vh - 16px); } }
  @media (max-height: 499px) { .card.ask:modal { scroll-padding: 8px 0; } }
  .ask .band > div { flex: 1; min-width: 0; }
  .ask .blocked, .ask .hidden { --tone: #e5383b; }
  .ask .caution { --tone: #d97706; }
  .ask .unknown { --tone: #868e99; }
  .ask .clear { --tone: #2a9d57; }
  .ask h2 { font-size: 22px; line-height: 1.2; }
  .ask .number { margin: 2px 0 0; font-size: 18px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
  .ask .body { padding: 4px 18px 0; }
  .ask .body > ul { font-size: 15px; }
  .ask .foot { padding: 12px 18px 16px; }
  .ask .row { flex-wrap: wrap; }
  .ask .foot .row { margin-top: 0; }
  .ask .foot .row button { padding: 9px 16px; font-size: 15px; }
  .ask form { margin: 0 18px; padding: 12px 0 0; }
  .ask form button.main { border-color: var(--soft); background: transparent; color: var(--ink); font-weight: 400; }
  .ask form h3 { margin-bottom: 8px; font-size: 14px; color: var(--ink); }
  .ask form .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 12px; }
  .ask textarea {
    width: 100%; padding: 7px 9px; border: 1px solid var(--soft); border-radius: 6px; min-height: 56px; resize: vertical;
    background: var(--ground); color: var(--ink); font: inherit;
  }
  .ask textarea:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  .ask input[type="radio"] { margin: 3px 0 0; }
  .ask fieldset { margin: 0; }
  .ask :is(.field, [role="alert"]) + fieldset { margin-top: 10px; }
  .ask .done { margin: 0 18px; }
  .ask legend { font-size: 15px; }
  .ask [role="alert"] { font-weight: 600; }
  @media (forced-colors: active) { .ask .band { border-left-color: CanvasText; } }
`;

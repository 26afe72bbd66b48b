/** The card's style. No style of the page reaches our closed root, so it sets everything. */
export const cardStyle = `
  .card {
    --ink: #1c2128; --soft: #57606a; --ground: #fff; --line: #d0d7de; --accent: #0b57d0; --on-accent: #fff; --bad: #b3261e;
    all: initial; box-sizing: border-box; position: absolute; display: none; pointer-events: auto;
    width: 340px; max-width: calc(100vw - 8px); max-height: calc(100vh - 8px); overflow: auto;
    padding: 14px 16px; border: 1px solid var(--line); border-radius: 10px;
    background: var(--ground); color: var(--ink); box-shadow: 0 8px 28px rgb(0 0 0 / 28%);
    font: 14px/1.45 system-ui, sans-serif; cursor: default; outline: none;
  }
  .card[open] { display: block; }
  .card:modal { position: fixed; margin: 0; inset: auto; }
  .card::backdrop { background: transparent; }
  .card * { box-sizing: border-box; }
  @media (prefers-color-scheme: dark) {
    .card { --ink: #e6edf3; --soft: #a3adb8; --ground: #1e232a; --line: #444c56; --accent: #8ab4f8; --on-accent: #0b1a33; --bad: #ff9a92; }
  }
  header { display: flex; gap: 10px; align-items: flex-start; }
  header > div { flex: 1; min-width: 0; }
  h2 { margin: 0; font-size: 17px; line-height: 1.25; font-weight: 650; font-variant-numeric: tabular-nums; }
  h2 small { font-size: 13px; font-weight: 400; color: var(--soft); }
  h3 { margin: 0 0 2px; font-size: 12px; font-weight: 600; color: var(--soft); }
  p { margin: 4px 0; }
  .verdict { margin: 2px 0 0; font-weight: 600; }
  .blocked .verdict { color: var(--bad); }
  ul { margin: 10px 0; padding: 0 0 0 18px; }
  li { margin: 3px 0; }
  .list { margin: 10px 0 0; padding: 0; list-style: none; }
  .list button { display: flex; gap: 10px; align-items: center; width: 100%; padding: 5px 6px; border: 0; text-align: left; font-variant-numeric: tabular-nums; }
  .list button:hover { background: color-mix(in srgb, var(--accent) 10%, transparent); }
  .list small { display: block; color: var(--soft); }
  .identity { margin: 10px 0; padding: 8px 10px; border-left: 3px solid var(--accent); background: color-mix(in srgb, var(--accent) 8%, transparent); }
  .hint, .small { color: var(--soft); font-size: 13px; }
  .tools { display: flex; gap: 14px; font-size: 13px; }
  .history { margin: 8px 0 0; }
  .history dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 10px; margin: 6px 0 0; font-size: 13px; }
  .history dt { grid-column: 1; color: var(--soft); }
  .history dd { grid-column: 2; margin: 0; }
  .actions { border-top: 1px solid var(--line); margin-top: 12px; padding-top: 12px; }
  .small { display: flex; justify-content: space-between; margin-top: 10px; }
  .row { display: flex; gap: 8px; margin-top: 10px; }
  form { border-top: 1px solid var(--line); margin-top: 12px; padding-top: 12px; }
  label { display: block; font-weight: 600; margin-bottom: 4px; }
  fieldset { margin: 10px 0 0; padding: 0; border: 0; }
  legend { padding: 0; font-weight: 600; }
  label.choice { display: flex; gap: 8px; align-items: flex-start; margin: 6px 0; font-weight: 400; }
  form .field { margin-top: 10px; }
  label.check { display: flex; gap: 8px; align-items: flex-start; font-weight: 400; margin: 10px 0 0; }
  input:not([type="checkbox"], [type="radio"]), select {
    width: 100%; padding: 7px 9px; border: 1px solid var(--soft); border-radius: 6px;
    background: var(--ground); color: var(--ink); font: inherit;
  }
  select + input { margin-top: 6px; }
  button {
    padding: 7px 12px; border: 1px solid var(--soft); border-radius: 6px; background: transparent; color: var(--ink);
    font: inherit; cursor: pointer;
  }
  button.main { border-color: var(--accent); background: var(--accent); color: var(--on-accent); font-weight: 600; }
  button:disabled { opacity: 0.6; cursor: default; }
  button.link { padding: 0; border: 0; color: var(--accent); text-decoration: underline; }
  a { color: var(--accent); }
  li .hint { margin: 2px 0 6px; }
  li q { display: block; color: var(--soft); font-size: 13px; }
  .link.small { margin: 0 0 4px; display: inline; }
  .actions > .link { display: block; margin-top: 10px; }
  button.close { padding: 0 6px; border: 0; font-size: 20px; line-height: 1; color: var(--soft); }
  :is(button, input, select):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  [role="alert"] { color: var(--bad); }
  .done p { margin: 0; }
  .done button { margin-top: 8px; font-weight: 600; }
  .done { padding: 10px; border-radius: 6px; background: color-mix(in srgb, #2a9d57 18%, transparent); }
`;

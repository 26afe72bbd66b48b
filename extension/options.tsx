export default function Popup() {
  return <p>ClearDial</p>;
}

/** Silencing parts of a recording in a copy. English (UK). */
export const muteEn = {
  listen: "Listen, and mark on the waveform",
  listening: "Loading the recording",
  cancel: "Cancel",
  mayNot: "Your role may not listen to recordings: write the stretches as somebody tells you them.",
  title: "Silence parts: {item}",
  text: "Seconds in which other people's data is heard are silent in the requester's copy. It works for recordings in WAV and MP3; have others converted, or refuse the recording with its reasons. The letter and the copy say how many seconds are silent; where hardly anything would be heard, refuse the recording instead. An MP3 is silent some tenths of a second longer, at both ends.",
  stretches: "Stretches",
  note: "One a line, such as 0:12.5 – 0:20, or 12.5-20.",
  wrong: "“{line}” is no stretch from one time to a later one.",
  yes: "Silence them",
};

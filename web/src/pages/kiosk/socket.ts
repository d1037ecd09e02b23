/** The page's socket to its kiosk. It opens again by itself; a page of a former start of the program loads itself anew. */
import type { KioskMessage, PageMessage } from "../../shared/generated/protocol";

/** The program does not know this page's token: it has started since. */
const WRONG_TOKEN = 4401;
const AGAIN_MS = 500;
/** Loading the page again at most so often, should it not help. */
const RELOAD_MS = 3000;

export interface Listener {
  onMessage(message: KioskMessage): void;
  onConnected(connected: boolean): void;
}

export function connect(listener: Listener): (message: PageMessage) => void {
  const token = document.querySelector<HTMLMetaElement>('meta[name="page-token"]')?.content ?? "";
  let socket: WebSocket | null = null;

  const open = () => {
    const url = new URL("/kiosk/live", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const opened = new WebSocket(url);
    socket = opened;
    opened.onopen = () => opened.send(JSON.stringify({ type: "hello", token } satisfies PageMessage));
    opened.onmessage = (event) => {
      listener.onConnected(true);
      listener.onMessage(JSON.parse(String(event.data)));
    };
    opened.onclose = (event) => {
      socket = null;
      listener.onConnected(false);
      if (event.code === WRONG_TOKEN)
        setTimeout(() => location.reload(), performance.now() < RELOAD_MS ? RELOAD_MS : 0);
      else setTimeout(open, AGAIN_MS);
    };
  };
  open();

  return (message) => {
    // What cannot be said now is not said later: the screen may be another one by then.
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
}

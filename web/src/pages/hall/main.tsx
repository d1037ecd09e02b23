import { render } from "preact";
import en from "../../../../locales/en/hall.ftl?raw";
import zh from "../../../../locales/zh-CN/hall.ftl?raw";
import { loadWords } from "../../shared/words/words";
import "../../shared/tokens/tokens.css";
import "../../shared/tokens/base.css";
import "./hall.css";
import "../../shared/hall/windows.css";
import "./queues.css";
import { start } from "../../shared/hall/store";
import { HallPage } from "./HallPage";

loadWords({ zh, en });
const root = document.getElementById("page");
if (root) render(<HallPage />, root);
start();

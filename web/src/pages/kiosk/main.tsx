import en from "../../../../locales/en/kiosk.ftl?raw";
import zh from "../../../../locales/zh-CN/kiosk.ftl?raw";
import { openPage } from "../../shared/page";
import "./kiosk.css";
import "./keys.css";
import "./parking.css";
import "./screens/screens.css";
import "./screens/number.css";
import { KioskPage } from "./KioskPage";
import { lockDown } from "./lock";
import { start } from "./store";

openPage(<KioskPage />, { zh, en });
lockDown(document);
start();

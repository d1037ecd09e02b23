import en from "../../../../locales/en/doorway.ftl?raw";
import zh from "../../../../locales/zh-CN/doorway.ftl?raw";
import { openPage } from "../../shared/page";
import "./doorway.css";
import { DoorwayPage } from "./DoorwayPage";
import { lookAround } from "./store";

openPage(<DoorwayPage />, { zh, en });
void lookAround();

import en from "../../../../locales/en/parking.ftl?raw";
import zh from "../../../../locales/zh-CN/parking.ftl?raw";
import { openPage } from "../../shared/page";
import "./parking.css";
import "./tables.css";
import { ParkingPage } from "./ParkingPage";
import { openParking } from "./store";

openPage(<ParkingPage />, { zh, en });
void openParking();

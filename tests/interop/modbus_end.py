"""pymodbus as the other end of a module of digits.

modbus_end.py module [LETTERS]    a module made of pymodbus with so many registers of letters: says where it listens, then every write as a line of JSON
modbus_end.py host HOST PORT    writes to our virtual module as pymodbus does, and says what it was answered
"""

import asyncio
import json
import sys

from pymodbus import FramerType
from pymodbus.client import ModbusTcpClient
from pymodbus.pdu.register_message import WriteMultipleRegistersRequest, WriteSingleRegisterRequest
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice


def say(what):
    print(json.dumps(what), flush=True)


def seen(sending, pdu):
    """Every request that pymodbus took as one; what it refuses is answered with an exception and said as well."""
    if sending:
        if pdu.isError():
            say({"refused": pdu.exception_code})
    elif isinstance(pdu, WriteSingleRegisterRequest):
        say({"function": 6, "unit": pdu.dev_id, "address": pdu.address, "values": pdu.registers})
    elif isinstance(pdu, WriteMultipleRegistersRequest):
        say({"function": 16, "unit": pdu.dev_id, "address": pdu.address, "values": pdu.registers})
    return pdu


async def module(letters):
    # The number, the settings of the module and its letters.
    registers = [SimData(0, count=5, datatype=DataType.REGISTERS), SimData(0x70, count=letters, datatype=DataType.REGISTERS)]
    device = SimDevice(1, simdata=registers)
    server = ModbusTcpServer(device, framer=FramerType.RTU, address=("127.0.0.1", 0), trace_pdu=seen)
    await server.listen()
    say({"port": server.transport.sockets[0].getsockname()[1]})
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.shutdown()


def host(where, port):
    client = ModbusTcpClient(where, port=int(port), framer=FramerType.RTU, timeout=3)
    assert client.connect()

    def outcome(answer):
        return answer.exception_code if answer.isError() else 0

    letters = [int.from_bytes(pair) for pair in (b"FU", b"LL")]
    say(
        {
            "number": outcome(client.write_register(0, 1234, device_id=1)),
            "negative": outcome(client.write_register(0, 0x10000 - 7, device_id=1)),
            "point": outcome(client.write_register(4, 0, device_id=1)),
            "letters": outcome(client.write_registers(0x70, letters, device_id=1)),
            "too large": outcome(client.write_register(0, 12345, device_id=1)),
            "no register": outcome(client.write_register(9, 1, device_id=1)),
            "no function": outcome(client.read_coils(0, count=1, device_id=1)),
        }
    )
    client.close()


what, *where = sys.argv[1:]
if what == "module":
    asyncio.run(module(int(where[0]) if where else 8))
else:
    host(*where)

"""Teams behind the bot: the Bot Connector, the chats, and what people do in them.

The bot speaks to `routes` as it would to Teams' service address; people act through
`Teams` (the face and the control API both use it), which tells the bot by signed
activities, the way the channel does.
"""
